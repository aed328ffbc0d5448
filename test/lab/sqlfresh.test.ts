import { Uncertain } from '../../src/core/uncertain.ts'
import type { Probe } from '../../src/core/probe.ts'
import { sh } from '../../src/core/shell.ts'
import type { Machine, Output } from '../../src/core/wire.ts'
import { connect } from '../../src/host/connect.ts'
import { MachineState } from '../../src/host/state.ts'
import { labDown, labUp } from '../../src/lab/index.ts'
import { SOCKET, type Server } from '../../src/probes/sql.ts'
import { sqlAccount } from '../../src/probes/sqlaccount.ts'
import { replication } from '../../src/probes/sqlreplica.ts'
import {
  database,
  databases,
  persistedVariable,
  query,
  variable,
} from '../../src/probes/sqlserver.ts'
import { bringsServer } from '../modules/mysql/newserver.ts'
import { MINUTES } from './limits.ts'

jest.setTimeout(10 * MINUTES)

const AS = { user: undefined }
const tablesOf = (name: string): string =>
  `SELECT table_name FROM information_schema.tables WHERE table_schema = '${name}'`
const USERS = query(SOCKET, '', 'SELECT User, Host FROM mysql.user')

/** Questions that roles ask, and some that nobody could answer beforehand. */
const QUESTIONS: readonly Probe<Server<unknown>>[] = [
  replication(SOCKET),
  databases(SOCKET),
  ...['app', 'test', 'mysql', 'sys'].map(name => database(SOCKET, name)),
  ...['read_only', 'max_connections'].map(name => variable(SOCKET, name)),
  persistedVariable(SOCKET, 'max_connections'),
  ...['app', 'mysql'].map(name => query(SOCKET, '', tablesOf(name))),
]
const ACCOUNTS = [
  ['root', 'localhost'],
  ['root', '%'],
  ['root', '127.0.0.1'],
  ['root', '::1'],
  ['', 'localhost'],
  ['', '%'],
  ['app', '%'],
] as const

describe.each([
  { image: 'debian-sid', engine: 'mysql' },
  { image: 'debian-13', engine: 'mariadb' },
] as const)('$engine on $image', ({ image, engine }) => {
  const lab = `t-fresh-${engine}`
  let machine: Machine & { close(): Promise<void> }
  beforeAll(async () => {
    await labDown({ lab })
    const [host] = await labUp({ lab, image, hosts: ['db'] })
    if (host === undefined) throw new Error('no host')
    machine = connect({
      kind: 'ssh',
      host: host.address,
      port: host.port,
      user: host.user,
      password: undefined,
      privateKeyFile: host.keyFile,
      sshArguments: ['-F', 'none', '-o', 'IdentitiesOnly=yes'],
      hostKeys: 'verify',
      knownHostsFile: host.knownHosts,
      become: { method: 'sudo', password: undefined },
      timeout: 30,
    })
  })
  afterAll(async () => {
    await machine.close()
    await labDown({ lab })
  })

  const asked = async (state: MachineState, probes: readonly Probe<Server<unknown>>[]) => {
    await state.ask(
      probes.map(probe => ({ probe, as: AS })),
      [],
    )
    return probes.map(probe => serverIn(() => state.value({ probe, as: AS })))
  }

  const apt = async (...words: readonly string[]): Promise<void> => {
    const script = sh`DEBIAN_FRONTEND=noninteractive apt-get -y ${words}`
    const [output] = await machine.run([{ script, timeLimit: 1500 }], AS)
    if (output?.code !== 0) throw new Error(saidBy(output))
  }

  test('answers when it is new as a dry run says, or the dry run says that it does not know', async () => {
    const before = new MachineState(machine)
    before.lay(bringsServer(engine))
    const accounts = ACCOUNTS.map(([name, host]) => sqlAccount(SOCKET, name, host))
    const foretold = await asked(before, [...QUESTIONS, ...accounts])

    await apt('update')
    await apt('install', '--no-install-recommends', `${engine}-server`)
    const real = await asked(new MachineState(machine), [...QUESTIONS, ...accounts])
    const known = foretold.map((said, i) => (said === 'unknown' ? real[i] : said))
    expect(known).toEqual(real)
    expect(foretold.filter(said => said !== 'unknown').length).toBeGreaterThan(12)
  })

  test('has no account that a dry run calls absent', async () => {
    const real = new MachineState(machine)
    const [users] = await asked(real, [USERS])
    const names = (users as { found: { User: string; Host: string }[] }).found
    expect(names.length).toBeGreaterThan(2)
    for (const { User, Host } of names) expect(freshAccount(User, Host)).not.toBeNull()
  })

  test('that was removed leaves its data, which is seen', async () => {
    await apt('remove', `${engine}-server*`)
    const probe = databases(SOCKET)
    const state = new MachineState(machine)
    expect(await asked(state, [probe])).toEqual([{ kind: 'not installed', leftovers: true }])
    state.lay(bringsServer(engine))
    await state.ask([{ probe, as: AS }], [])
    expect(() => state.value({ probe, as: AS })).toThrow('holds already')
  })

  /** What a dry run says of an account of a new server; null: there is none. */
  const freshAccount = (name: string, host: string): unknown => {
    const { follows } = sqlAccount(SOCKET, name, host).kind
    const known = <A>(probe: Probe<A>): A | null => {
      const effect = bringsServer(engine).find(e => e.kind === 'becomes' && e.key === probe.key)
      return effect?.kind === 'becomes' ? (effect.value as A) : null
    }
    const today = { kind: 'not installed', leftovers: false } as const
    const server = follows?.answer({ socket: SOCKET, name, host }, today, known)
    const said = serverIn(() => server)
    return said === 'unknown' ? said : (said as { found: unknown }).found
  }
})

const saidBy = (output: Output | undefined): string =>
  output === undefined
    ? 'no answer'
    : `exit code ${output.code}${output.timedOut ? ', out of time' : ''}: ${output.stderr.toString('utf8')}${output.stdout.toString('utf8').slice(-2000)}`

/** A server's answer as plain data, without its version; `unknown` where that cannot be known. */
const serverIn = (read: () => unknown): unknown => {
  try {
    const server = read() as Server<unknown>
    if (server.kind !== 'running') return server
    const { kind, engine, found } = server
    return { kind, engine, found }
  } catch (error) {
    if (error instanceof Uncertain) return 'unknown'
    throw error
  }
}
