import { keep } from '../../src/core/secret.ts'
import { constant, fed, sh, type Words } from '../../src/core/shell.ts'
import type { Output } from '../../src/core/wire.ts'
import type { ConnectedMachine } from '../../src/host/machine.ts'
import { putFailure, putRequests } from '../../src/host/put.ts'
import { containing, LOGIN, sourceOf } from '../host/support.ts'
import { labMachine } from './host-support.ts'
import { MINUTES } from './limits.ts'

jest.setTimeout(MINUTES)

const ROOT = { user: 'root' }
const { host, reach } = labMachine('t-host-become')

const one = async (machine: ConnectedMachine, script: Words, as = ROOT): Promise<Output> => {
  const [output] = await machine.run([{ script }], as)
  return output as Output
}

const sudoers = async (text: string): Promise<void> => {
  const script = fed(sh`cat >/etc/sudoers.d/zz-test; chmod 440 /etc/sudoers.d/zz-test`, text)
  const [output] = await reach().run([{ script }], LOGIN)
  expect(output).toMatchObject({ code: 0 })
}

const admin = (password?: string): ConnectedMachine =>
  reach({
    user: 'admin',
    // PAM lets whoever has given a wrong password wait.
    timeout: 30,
    become: { method: 'sudo', password: password === undefined ? undefined : keep(password) },
  })

beforeAll(async () => {
  const script = fed(sh`chpasswd`, 'admin:right words\n')
  expect(await reach().run([{ script }], LOGIN)).toMatchObject([{ code: 0 }])
})
afterEach(() => sudoers(''))

test('sudo without a password, and logging in as root needs none of it', async () => {
  expect((await one(admin(), sh`id -un`)).stdout.toString()).toBe('root\n')
  const root = reach()
  await root.run([{ script: sh`true` }], LOGIN)
  const before = root.roundTrips.setup
  expect((await one(root, sh`id -un`)).stdout.toString()).toBe('root\n')
  expect(root.roundTrips.setup).toBe(before)
})

test('a password is given when sudo asks for it', async () => {
  await sudoers('admin ALL=(ALL) PASSWD: ALL\n')
  expect((await one(admin('right words'), sh`id -un`)).stdout.toString()).toBe('root\n')
})

test.each([
  {
    case: 'no password',
    rule: 'admin ALL=(ALL) PASSWD: ALL',
    password: undefined,
    code: 'E_BECOME_PASSWORD',
  },
  {
    case: 'a wrong password',
    rule: 'admin ALL=(ALL) PASSWD: ALL',
    password: 'wrong',
    code: 'E_BECOME_PASSWORD',
  },
  {
    case: 'a terminal is required',
    rule: 'Defaults:admin requiretty',
    password: 'right words',
    code: 'E_BECOME_TTY',
  },
  {
    case: 'not allowed',
    rule: 'admin ALL=(ALL) !ALL',
    password: 'right words',
    code: 'E_BECOME_DENIED',
  },
])('refused by name: $case', async ({ rule, password, code }) => {
  await sudoers(`${rule}\n`)
  await expect(one(admin(password), sh`true`)).rejects.toMatchObject({ code })
})

test('accounts and methods that cannot be had are named', async () => {
  await expect(one(admin(), sh`true`, { user: 'nobody-there' })).rejects.toMatchObject({
    code: 'E_BECOME_USER',
  })
  const su = reach({ user: 'admin', become: { method: 'su', password: keep('x') } })
  await expect(one(su, sh`true`)).rejects.toMatchObject({ code: 'E_BECOME_SU' })
})

test('root becomes others with su as well', async () => {
  const machine = reach({ become: { method: 'su', password: undefined } })
  const output = await one(machine, sh`id -un; cat`, { user: 'admin' })
  expect(output.stdout.toString()).toBe('admin\n')
})

test('a closed shell sees the groups that its account has got since', async () => {
  const machine = admin()
  await one(machine, sh`groupadd -f fresh; usermod -aG fresh admin`)
  const groups = async (): Promise<string> =>
    (await one(machine, sh`id -Gn`, { user: 'admin' })).stdout.toString()
  await machine.reset()
  expect(await groups()).toContain('fresh')
  await one(machine, sh`gpasswd -d admin fresh`)
  await machine.closeShells()
  expect((await one(machine, sh`id -Gn admin`)).stdout.toString()).not.toContain('fresh')
})

test('an unreachable route is named', async () => {
  const silent = reach({ host: host().address.replace(/\d+$/, '250'), timeout: 4 })
  await expect(one(silent, sh`true`)).rejects.toMatchObject({ code: 'E_UNREACHABLE' })
})

test('a file on a bind mount is replaced only where unsafe writes are allowed', async () => {
  const machine = reach()
  await one(
    machine,
    constant('echo old >/root/below; touch /root/mounted; mount --bind /root/below /root/mounted'),
  )
  const change = {
    do: 'put',
    summary: 'write it',
    effects: [],
    scope: [],
    source: sourceOf(Buffer.from('new')),
    to: '/root/mounted',
    mode: '0600',
    owner: undefined,
    group: undefined,
  } as const
  const failure = putFailure(change, await machine.run(putRequests(change), ROOT))
  expect(failure).toMatch(/cannot be replaced by a rename \(is it a bind mount/)
  const unsafe = { ...change, unsafeWrites: true }
  expect(putFailure(unsafe, await machine.run(putRequests(unsafe), ROOT))).toBeUndefined()
  const { stdout } = await one(
    machine,
    sh`cat /root/below; stat -c %a /root/below; ls -A /root | grep provision`,
  )
  expect(stdout.toString()).toBe('new600\n')
})

test('what the host lacks is named at first contact', async () => {
  const hide = constant(
    'cd /usr/bin; mv setsid hidden; (sleep 2; mv hidden setsid) >/dev/null 2>&1 &',
  )
  await one(reach(), hide)
  await expect(one(reach(), sh`true`)).rejects.toMatchObject({
    code: 'E_HOST_LACKS',
    message: containing('setsid'),
  })
  await new Promise(resolve => setTimeout(resolve, 2500))
})
