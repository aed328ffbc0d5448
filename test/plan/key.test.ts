import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { controllerMacs, keyFile } from '../../src/plan/key.ts'

const directory = mkdtempSync(join(tmpdir(), 'provision-key-'))
afterAll(() => {
  rmSync(directory, { recursive: true })
})

test.each([
  { env: { XDG_STATE_HOME: '/var/state' }, file: '/var/state/provision/plan.key' },
  { env: {}, file: join(homedir(), '.local/state/provision/plan.key') },
  { env: { XDG_STATE_HOME: 'here' }, file: join(homedir(), '.local/state/provision/plan.key') },
])('the key is in $file', ({ env, file }) => {
  expect(keyFile(env)).toBe(file)
})

test('it is made on first use, for its owner alone, and stays', () => {
  const file = join(directory, 'a/b/plan.key')
  const macs = controllerMacs(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(directory, 'a/b')).mode & 0o777).toBe(0o700)
  expect(controllerMacs(file).of('x', 'y')).toBe(macs.of('x', 'y'))
  expect(controllerMacs(file).keyName).toBe(macs.keyName)
})

test('equal values of different names, and of different keys, do not look equal', () => {
  const [one, other] = ['one', 'other'].map(name => controllerMacs(join(directory, name)))
  expect(one?.of('a', 'v')).not.toBe(one?.of('b', 'v'))
  expect(one?.of('a', '\0v')).not.toBe(one?.of('a\0', 'v'))
  expect(one?.of('a', 'v')).not.toBe(other?.of('a', 'v'))
  expect(one?.keyName).not.toBe(other?.keyName)
})

test('a key that others may read, or that is none, is refused and left', () => {
  const file = join(directory, 'open')
  controllerMacs(file)
  chmodSync(file, 0o640)
  expect(() => controllerMacs(file)).toThrow('others than you may read')
  writeFileSync(file, 'x\n')
  chmodSync(file, 0o600)
  expect(() => controllerMacs(file)).toThrow('holds no key of ours')
  expect(existsSync(file)).toBe(true)
})
