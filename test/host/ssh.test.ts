import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { constant, fed, sh } from '../../src/core/shell.ts'
import type { ConnectionSettings } from '../../src/core/connection.ts'
import type { Output } from '../../src/core/wire.ts'
import { connect } from '../../src/host/connect.ts'
import type { ConnectedMachine } from '../../src/host/machine.ts'
import { Pool } from '../../src/host/pool.ts'
import { keygen, startSshd, type PrivateSshd } from './sshd.ts'
import { containing, LOGIN, scratch, sourceOf, text } from './support.ts'

jest.setTimeout(30_000)

const machines: ConnectedMachine[] = []
const servers: PrivateSshd[] = []
const base = scratch(async () => {
  await Promise.all(machines.map(machine => machine.close()))
  await Promise.all(servers.map(server => server.stop()))
})

const reach = (settings: ConnectionSettings): ConnectedMachine => {
  const machine = connect(settings)
  machines.push(machine)
  return machine
}
const serve = async (...extra: string[]): Promise<PrivateSshd> => {
  const server = await startSshd(base, extra)
  servers.push(server)
  return server
}
const say = async (
  machine: ConnectedMachine,
  as: { user: string | undefined } = LOGIN,
): Promise<string> => {
  const [output] = await machine.run([{ script: sh`echo hello` }], as)
  return text(output as Output).out
}

let sshd: PrivateSshd
beforeAll(async () => {
  sshd = await serve()
})

test('connecting and a first request take few round trips, and the next takes one', async () => {
  const machine = reach(sshd.settings())
  expect(await say(machine)).toBe('hello\n')
  expect(machine.roundTrips.counted).toBe(1)
  expect(machine.roundTrips.setup).toBeLessThanOrEqual(9)
  await machine.run([{ script: sh`true` }, { script: fed(sh`cat`, 'x') }], LOGIN)
  expect(machine.roundTrips.counted).toBe(2)
})

test('large input and output pass whole, in both directions', async () => {
  const bytes = randomBytes(20 * 1024 * 1024)
  const [output] = await reach(sshd.settings()).run(
    [{ script: sh`cat`, source: sourceOf(bytes) }],
    LOGIN,
  )
  expect(output?.stdout.equals(bytes)).toBe(true)
})

test('a time limit is kept over a second channel', async () => {
  const machine = reach(sshd.settings())
  const [slow, next] = await machine.run(
    [{ script: constant('echo a; sleep 30'), timeLimit: 0.3 }, { script: sh`echo b` }],
    LOGIN,
  )
  expect(slow).toMatchObject({ timedOut: true })
  expect(next?.stdout.toString()).toBe('b\n')
})

test('a knock is a connection of its own', async () => {
  const machine = reach(sshd.settings())
  const port = constant('echo $SSH_CONNECTION')
  const [first] = await machine.run([{ script: port }], LOGIN)
  const second = await machine.knock(port)
  expect(second.stdout.toString()).not.toBe(first?.stdout.toString())
  expect(second.code).toBe(0)
})

describe('host keys', () => {
  const known = (content: string): Partial<ConnectionSettings> => {
    const file = join(base, `known-${randomBytes(4).toString('hex')}`)
    writeFileSync(file, content)
    const sshArguments = sshd
      .settings()
      .sshArguments.map(word =>
        word.startsWith('UserKnownHosts') ? `UserKnownHostsFile=${file}` : word,
      )
    return { sshArguments }
  }
  const hashed = (): string => {
    const file = join(base, 'hashed')
    writeFileSync(file, readFileSync(sshd.knownHosts))
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' })
    return readFileSync(file, 'utf8')
  }
  const other = (): string => keygen(join(base, 'other'))
  const at = (): string => `[127.0.0.1]:${sshd.port}`

  test.each([
    { case: 'hashed', content: hashed },
    { case: 'a pattern', content: () => `[127.0.0.*]:${sshd.port},other ${sshd.hostKey}\n` },
    {
      case: 'after a comment and another host',
      content: () => `# x\nelse ${other()}\n\n${at()} ${sshd.hostKey} me\n`,
    },
    {
      case: 'two keys, one of which fits',
      content: () => `${at()} ${other()}\n${at()} ${sshd.hostKey}\n`,
    },
  ])('a known key lets us in: $case', async ({ content }) => {
    expect(await say(reach(sshd.settings(known(content()))))).toBe('hello\n')
  })

  test.each([
    { case: 'nothing is known', content: () => '', code: 'E_HOST_KEY_UNKNOWN' },
    {
      case: 'the port is another',
      content: () => `127.0.0.1 ${sshd.hostKey}\n`,
      code: 'E_HOST_KEY_UNKNOWN',
    },
    {
      case: 'the pattern excludes it',
      content: () => `[127.*]:${sshd.port},!${at()} ${sshd.hostKey}\n`,
      code: 'E_HOST_KEY_UNKNOWN',
    },
    { case: 'it has changed', content: () => `\n${at()} ${other()}\n`, code: 'E_HOST_KEY_CHANGED' },
    {
      case: 'it is revoked',
      content: () => `${at()} ${sshd.hostKey}\n@revoked * ${sshd.hostKey}\n`,
      code: 'E_HOST_KEY_REVOKED',
    },
  ])('refused by name: $case', async ({ content, code }) => {
    const fingerprint = execFileSync('ssh-keygen', ['-lf', `${sshd.hostKeyFile}.pub`], {
      encoding: 'utf8',
    }).split(' ')[1]
    const refused = say(reach(sshd.settings(known(content()))))
    await expect(refused).rejects.toMatchObject({
      code,
      message: containing(String(fingerprint)),
    })
    // What is accepted on request is only a key that nothing speaks against.
    const accepting = say(reach(sshd.settings({ ...known(content()), hostKeys: 'accept-new' })))
    if (code === 'E_HOST_KEY_UNKNOWN') expect(await accepting).toBe('hello\n')
    else await expect(accepting).rejects.toMatchObject({ code })
  })

  test('where an authority vouches for the host, no new key is accepted', async () => {
    const vouched = known(`@cert-authority * ${other()}\n`)
    for (const hostKeys of ['verify', 'accept-new'] as const)
      await expect(say(reach(sshd.settings({ ...vouched, hostKeys })))).rejects.toMatchObject({
        code: 'E_HOST_KEY_UNKNOWN',
        message: containing('trusts an authority'),
      })
  })

  test.each([
    { case: 'a list', content: () => `# gone\n\n${other()}\n${sshd.hostKey} old\n` },
    { case: 'a binary list', content: () => 'SSHKRL\n\0\0\0', code: 'E_REVOKED_KEYS' },
    { case: 'no list', content: () => 'ssh-ed25519\n', code: 'E_REVOKED_KEYS' },
    { case: 'nothing', content: () => undefined, code: 'E_REVOKED_KEYS' },
    { case: 'another key', content: () => `${other()}\n`, code: undefined },
  ])('what RevokedHostKeys names is not let in: $case', async row => {
    const file = join(base, `revoked-${randomBytes(4).toString('hex')}`)
    const content = row.content()
    if (content !== undefined) writeFileSync(file, content)
    const { sshArguments, ...rest } = sshd.settings()
    const revoking = [...sshArguments, '-o', `RevokedHostKeys=${file}`]
    const said = say(reach({ ...rest, sshArguments: revoking }))
    if (row.case === 'another key') expect(await said).toBe('hello\n')
    else await expect(said).rejects.toMatchObject({ code: row.code ?? 'E_HOST_KEY_REVOKED' })
  })

  test('with CheckHostIP the address must not be known with another key', async () => {
    const names = `[localhost]:${sshd.port} ${sshd.hostKey}\n${at()} ${other()}\n`
    const settings = sshd.settings({ ...known(names), host: 'localhost' })
    const checking = [...settings.sshArguments, '-4', '-o', 'CheckHostIP=yes']
    await expect(say(reach({ ...settings, sshArguments: checking }))).rejects.toMatchObject({
      code: 'E_HOST_KEY_CHANGED',
      message: containing(at()),
    })
    expect(await say(reach({ ...settings, sshArguments: [...settings.sshArguments, '-4'] }))).toBe(
      'hello\n',
    )
  })

  test('a key that was accepted once is remembered, also behind a line that is not ended', async () => {
    const settings = sshd.settings({
      ...known(`elsewhere ${other()}`),
      hostKeys: 'accept-new',
    })
    await say(reach(settings))
    expect(await say(reach({ ...settings, hostKeys: 'verify' }))).toBe('hello\n')
  })
})

describe('what is out of reach is named', () => {
  const failure = async (settings: ConnectionSettings): Promise<unknown> => {
    const machine = reach(settings)
    return say(machine).then(String, (error: unknown) => error)
  }

  test('refused, and a name that does not exist', async () => {
    expect(await failure(sshd.settings({ port: 1 }))).toMatchObject({
      code: 'E_UNREACHABLE',
      message: containing('connection refused'),
    })
    expect(await failure(sshd.settings({ host: 'no-such-host.invalid' }))).toMatchObject({
      code: 'E_UNREACHABLE',
      message: containing('name not found'),
    })
  })

  test('a login that nobody accepts tells what was tried', async () => {
    const stranger = join(base, 'stranger')
    keygen(stranger)
    expect(await failure(sshd.settings({ privateKeyFile: stranger }))).toMatchObject({
      code: 'E_AUTH',
      message: containing(stranger),
    })
  })

  test('an encrypted key tells how to unlock it', async () => {
    const locked = join(base, 'locked')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', locked])
    expect(await failure(sshd.settings({ privateKeyFile: locked }))).toMatchObject({
      code: 'E_AUTH',
      message: containing(`ssh-add ${locked}`),
    })
  })

  test('an account without a shell tells what its shell said', async () => {
    const closed = await serve('ForceCommand echo not today; exit 1')
    expect(await failure(closed.settings())).toMatchObject({
      code: 'E_NO_SHELL',
      message: containing('not today'),
    })
  })

  test('a port that accepts and says nothing is given up in time', async () => {
    const silent: Server = createServer(() => undefined).listen(0, '127.0.0.1')
    await new Promise(resolve => silent.once('listening', resolve))
    const { port } = silent.address() as AddressInfo
    expect(await failure(sshd.settings({ port, timeout: 1 }))).toMatchObject({
      code: 'E_UNREACHABLE',
    })
    silent.close()
  })
})

test('banners and talkative login scripts are no part of any answer', async () => {
  const banner = join(base, 'banner')
  writeFileSync(banner, 'provision ready P 1 1\n'.repeat(50))
  const loud = await serve(`Banner ${banner}`)
  expect(await say(reach(loud.settings()))).toBe('hello\n')
})

test('a server that hangs up at once is asked again', async () => {
  const busy = await serve('MaxStartups 1:100:1')
  const many = Array.from({ length: 6 }, () => reach(busy.settings({ timeout: 20 })))
  expect(await Promise.all(many.map(machine => say(machine)))).toEqual(many.map(() => 'hello\n'))
})

const root = process.getuid?.() === 0 ? test : test.skip

root(
  'shells of other accounts; beyond MaxSessions the least recently used one makes room',
  async () => {
    const few = await serve('MaxSessions 1')
    const machine = reach(few.settings())
    for (const user of [undefined, 'nobody', 'daemon', undefined, 'nobody']) {
      const [output] = await machine.run([{ script: sh`id -un` }], { user })
      expect(output?.stdout.toString()).toBe(`${user ?? 'root'}\n`)
    }
    const both = [undefined, 'nobody'].map(user => say(machine, { user }))
    expect(await Promise.all(both)).toEqual(['hello\n', 'hello\n'])
    // The one session is taken by what is to be killed: another connection does it.
    const stuck = { script: sh`sleep 30`, timeLimit: 0.3 }
    expect(await machine.run([stuck], LOGIN)).toMatchObject([{ timedOut: true, code: 143 }])
  },
)

test('a connection that dies in the middle is lost by name, and the next request connects anew', async () => {
  const machine = reach(sshd.settings())
  await say(machine)
  const killed = machine.run(
    [{ script: constant('kill -9 $(ps -o ppid= -p $PPID)') }, { script: sh`sleep 9` }],
    LOGIN,
  )
  await expect(killed).rejects.toMatchObject({ code: 'E_HOST_DIED', inFlight: true })
  expect(await say(machine)).toBe('hello\n')
})

test('a machine that falls silent is found dead within the timeout', async () => {
  const machine = reach(sshd.settings({ timeout: 10 }))
  const [output] = await machine.run([{ script: constant('ps -o ppid= -p $PPID') }], LOGIN)
  const session = Number(output?.stdout.toString())
  process.kill(session, 'SIGSTOP')
  try {
    await expect(say(machine)).rejects.toMatchObject({ code: 'E_HOST_DIED', inFlight: true })
  } finally {
    process.kill(session, 'SIGKILL')
  }
})

test('through a jump host, with one connection to it for several machines', async () => {
  const [jump, far, further] = [await serve('LogLevel VERBOSE'), await serve(), await serve()]
  const jumpConfig = join(base, 'jump-config')
  writeFileSync(
    jumpConfig,
    `Host jump\n HostName 127.0.0.1\n Port ${jump.port}\n IdentityFile ${jump.privateKey}\n IdentitiesOnly yes\n UserKnownHostsFile ${jump.knownHosts}\n`,
  )
  const pool = new Pool(5)
  const said = await Promise.all(
    [far, further].map(target => {
      const { sshArguments } = target.settings()
      const words = ['-F', jumpConfig, '-o', 'ProxyJump=jump', ...sshArguments.slice(2)]
      return say(pool.connect(target.settings({ sshArguments: words })))
    }),
  )
  expect(said).toEqual(['hello\n', 'hello\n'])
  expect(jump.log().match(/Accepted publickey/g)).toHaveLength(1)
  await pool.close()
})

test('a pool connects to so many at a time, and one that hangs makes room when it is given up', async () => {
  const [open, all]: [Set<unknown>, number[]] = [new Set(), []]
  const silent = createServer(socket => {
    open.add(socket)
    all.push(open.size)
    // Whoever gives up ends the connection.
    for (const end of ['end', 'error']) socket.on(end, () => open.delete(socket))
    socket.resume()
  }).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const pool = new Pool(2)
  const hosts = Array.from({ length: 4 }, () => pool.connect(sshd.settings({ port, timeout: 1 })))
  const lost = await Promise.allSettled(hosts.map(host => say(host)))
  expect(lost.map(({ status }) => status)).toEqual(Array(4).fill('rejected'))
  expect(all).toHaveLength(4)
  expect(Math.max(...all)).toBe(2)
  await pool.close()
  silent.close()
})

test('closing a pool ends what is running on the host', async () => {
  const pool = new Pool(2)
  const machine = pool.connect(sshd.settings())
  const marker = join(base, 'still-running')
  const running = machine.run([{ script: sh`sleep 1.5; touch ${marker}` }], LOGIN).then(
    ([output]) => output?.code,
    () => 'lost',
  )
  await new Promise(resolve => setTimeout(resolve, 700))
  await pool.close()
  expect([143, 'lost']).toContain(await running)
  await new Promise(resolve => setTimeout(resolve, 1500))
  expect(() => readFileSync(marker)).toThrow()
})
