import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { keygen, startSshd, type PrivateSshd } from '../host/sshd.ts'
import { Cli, ending, until, type Ended } from './cli.ts'

jest.setTimeout(120_000)

const cli = new Cli()
let sshd: PrivateSshd
let second: PrivateSshd

beforeAll(async () => {
  const environment = [
    `SetEnv HOME=${cli.path('home')} PATH=${cli.path('bin')}:/usr/bin:/bin:/usr/sbin:/sbin`,
  ]
  ;[sshd, second] = await Promise.all([
    startSshd(cli.directory, environment),
    startSshd(cli.directory, environment),
  ])
})
afterAll(async () => {
  await Promise.all([sshd.stop(), second.stop()])
})

/** Variables of a host behind a private sshd; `changed` are those that make it fail. */
const hostVars = (of: PrivateSshd, changed: Readonly<Record<string, string | number>> = {}) => ({
  ansible_host: '127.0.0.1',
  ansible_port: of.port,
  ansible_private_key_file: of.privateKey,
  ansible_ssh_common_args: `-F none -o IdentityAgent=none -o IdentitiesOnly=yes -o GlobalKnownHostsFile=none -o UserKnownHostsFile=${changed['known'] ?? of.knownHosts}`,
  ...changed,
})

const inventory = (hosts: Readonly<Record<string, unknown>>): void => {
  cli.write({ 'inventory.yml': JSON.stringify({ all: { hosts } }) })
}

const playbook = (...tasks: readonly object[]): void => {
  cli.write({
    'site.yml': JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]),
  })
}

const asks = { name: 'Asks', command: 'true', changed_when: false }
const next = { name: 'Next', command: 'true', changed_when: false }

const closedPort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => {
        resolve(port)
      })
    })
  })

const noStack = ({ out, err }: Ended): void => {
  expect(out + err).not.toMatch(/^\s+at /m)
  expect(out + err).not.toContain('bug in provision')
}

describe('a host that cannot be reached is told with its reason, and the others go on', () => {
  test.each([
    {
      case: 'nobody listens',
      vars: async () => hostVars(sshd, { ansible_port: await closedPort() }),
      says: [/127\.0\.0\.1:\d+: connection refused \[E_UNREACHABLE\]/, /hint: is sshd running/],
    },
    {
      case: 'the key is not the right one',
      vars: () => {
        keygen(cli.path('wrong'))
        return hostVars(sshd, { ansible_private_key_file: cli.path('wrong') })
      },
      says: [/\[E_AUTH\w*\]/, /hint: /],
    },
    {
      case: 'its key is not known',
      vars: () => {
        writeFileSync(cli.path('nobody'), '')
        return hostVars(sshd, { known: cli.path('nobody') })
      },
      says: [/SHA256:[\w+/]{43}/, /\[E_HOST_KEY\w*\]/, /hint: .*known_hosts|hint: .*accept/],
    },
    {
      case: 'its key is another than it was',
      vars: () => {
        const other = keygen(cli.path('other-host'))
        writeFileSync(cli.path('changed'), `[127.0.0.1]:${sshd.port} ${other}\n`)
        return hostVars(sshd, { known: cli.path('changed') })
      },
      says: [/\[E_HOST_KEY_CHANGED\]/, /hint: /],
    },
  ])('$case', async ({ vars, says }) => {
    inventory({ bad: await vars(), good: hostVars(second) })
    playbook(asks, next)
    const ended = await cli.run('-i', 'inventory.yml', 'site.yml')
    expect(ended.code).toBe(4)
    expect(ended.out).toContain('Asks  unreachable: bad  ok: good')
    expect(ended.out).toContain('Next  ok: good')
    expect(ended.out).toContain('site.yml:1:')
    for (const said of says) expect(ended.out).toMatch(said)
    noStack(ended)
  })
})

/** Kills the connections of a private sshd, and not the one that listens. */
const cut = ({ process: { pid } }: PrivateSshd): void => {
  for (const child of childrenOf(pid ?? -1)) process.kill(child, 'SIGKILL')
}

const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && statOf(name)[1] === String(parent))
    .map(Number)

const statOf = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    // It ended meanwhile.
    return []
  }
}

const isRunning = (words: string): boolean =>
  readdirSync('/proc').some(pid => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').startsWith(words)
    } catch {
      return false
    }
  })

test('a host that dies in the middle is unreachable, and the other goes on', async () => {
  inventory({ dies: hostVars(sshd), lives: hostVars(second) })
  playbook(
    {
      name: 'Long',
      shell: `[ {{ inventory_hostname }} = lives ] || { touch ${cli.path('dying')}; until [ -e ${cli.path('over')} ]; do sleep 0.1; done; }`,
    },
    next,
  )
  const running = ending(cli.start('-i', 'inventory.yml', 'site.yml'))
  await until(() => existsSync(cli.path('dying')))
  cut(sshd)
  const ended = await running
  // What it was doing goes on without us, and holds the machine's lock until it ends.
  writeFileSync(cli.path('over'), '')
  expect(ended.code).toBe(4)
  expect(ended.out).toContain('Long  unreachable: dies  changed: lives')
  expect(ended.out).toContain('Next  ok: lives')
  expect(ended.out).toMatch(/\[E_HOST_DIED\]/)
  noStack(ended)
})

describe('an interrupted run', () => {
  test.each([
    { signal: 'SIGINT', where: 'over ssh' },
    { signal: 'SIGTERM', where: 'over ssh' },
    { signal: 'SIGINT', where: 'on this machine' },
  ] as const)(
    'by $signal $where is 130, and nothing is left running',
    async ({ signal, where }) => {
      const mark = cli.path(`started-${signal}-${where.length}`)
      const seconds = `30.${String(Date.now()).slice(-6)}`
      inventory({ a: where === 'over ssh' ? hostVars(sshd) : { ansible_connection: 'local' } })
      playbook(
        { name: 'Before', command: 'true', changed_when: false },
        { name: 'Long', shell: `touch ${mark}; sleep ${seconds}` },
        next,
      )
      const child = cli.start('-i', 'inventory.yml', '-o', 'json', 'site.yml')
      const running = ending(child)
      await until(() => existsSync(mark))
      // The mark is made just before.
      await until(() => isRunning(`sleep ${seconds}`))
      child.kill(signal)
      const ended = await running
      expect(ended.code).toBe(130)
      const document = JSON.parse(ended.out) as { interrupted: boolean; tasks: { task: string }[] }
      expect(document.interrupted).toBe(true)
      expect(document.tasks.map(({ task }) => task)).toEqual(['Before', 'Long'])
      await until(() => !isRunning(`sleep ${seconds}`))
      noStack(ended)
    },
  )
})

// While it connects, while the shell opens, when the command was sent and has not begun, and later.
test.each([0, 20, 40, 60, 80, 110, 150])(
  'an interruption %d ms after the start of the play leaves nothing running',
  async delay => {
    const seconds = `32.${String(Date.now()).slice(-6)}${delay}`
    inventory({ a: { ansible_connection: 'local' } })
    playbook({ name: 'Long', shell: `sleep ${seconds}` })
    const child = cli.start('-i', 'inventory.yml', 'site.yml')
    const running = ending(child)
    await new Promise(resolve => child.stdout?.once('data', resolve))
    await new Promise(resolve => setTimeout(resolve, delay))
    child.kill('SIGINT')
    const ended = await running
    expect(ended.code).toBe(130)
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(isRunning(`sleep ${seconds}`)).toBe(false)
    noStack(ended)
  },
)

test('a run that is killed between a change and its handler is made good by the next', async () => {
  inventory({ a: { ansible_connection: 'local' } })
  cli.write({
    'site.yml': JSON.stringify([
      {
        hosts: 'all',
        gather_facts: false,
        handlers: [{ name: 'Restart', shell: `echo restart >> ${cli.path('log')}` }],
        tasks: [
          { name: 'Config', copy: { content: 'x', dest: cli.path('config') }, notify: 'Restart' },
          { name: 'Waits', pause: { seconds: 60 }, when: 'wait | default(true) | bool' },
        ],
      },
    ]),
  })
  const child = cli.start('-i', 'inventory.yml', 'site.yml')
  const running = ending(child)
  await until(() => existsSync(cli.path('config')))
  child.kill('SIGKILL')
  await running
  expect(existsSync(cli.path('log'))).toBe(false)
  const ended = await cli.run('-i', 'inventory.yml', '-e', 'wait=no', 'site.yml')
  expect(ended.out).toContain('a: "Restart" was notified by a run that did not finish; it runs now')
  expect(ended.out).toContain('Config  ok: a')
  expect(readFileSync(cli.path('log'), 'utf8')).toBe('restart\n')
  expect(ended.code).toBe(0)
  const last = await cli.run('-i', 'inventory.yml', '-e', 'wait=no', 'site.yml')
  expect(last.out).not.toContain('Restart')
})
