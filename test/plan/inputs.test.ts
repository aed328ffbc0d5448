import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  changedFiles,
  changedValues,
  differentInputs,
  InputLog,
  type SealedInputs,
} from '../../src/plan/inputs.ts'
import { Chance } from '../../src/plan/chance.ts'
import { controllerMacs } from '../../src/plan/key.ts'
import { Redactor } from '../../src/report/redact.ts'

const directory = mkdtempSync(join(tmpdir(), 'provision-inputs-'))
afterAll(() => {
  rmSync(directory, { recursive: true })
})

const macs = controllerMacs(join(directory, 'plan.key'))
const redactor = new Redactor()
redactor.beStrict()
redactor.register('4711')
const sealing = { macs, redactor }

const file = (name: string, text: string): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

const sealed = (work: (log: InputLog) => void): SealedInputs => {
  const log = new InputLog(new Chance())
  work(log)
  return log.sealed(sealing)
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

test('a file is told by its SHA-256, as anybody can make it; one with a secret in it only keyed', () => {
  const [plain, secret] = [file('plain', 'a: 1\n'), file('secret', 'pin: 4711\n')]
  const { files } = sealed(log => {
    log.file(plain, Buffer.from('a: 1\n'))
    log.file(secret, { sha256: sha256('pin: 4711\n') })
  })
  expect(files[plain]).toBe(`sha256:${sha256('a: 1\n')}`)
  expect(files[secret]).toMatch(/^hmac-sha256:[\da-f]{64}$/)
  expect(files[secret]).not.toContain(sha256('pin: 4711\n'))
})

test('a file too long to be looked through, or changed since, is only keyed', () => {
  const long = file('long', 'x'.repeat(2_000_000))
  const changed = file('changed', 'now')
  const { files } = sealed(log => {
    log.file(long, Buffer.from('x'.repeat(2_000_000)))
    log.file(changed, Buffer.from('then'))
  })
  expect(Object.values(files).every(hash => hash.startsWith('hmac-'))).toBe(true)
})

test('a file that changes between two readings is refused', () => {
  const log = new InputLog(new Chance())
  log.file('f', Buffer.from('a'))
  log.file('f', Buffer.from('a'))
  expect(() => {
    log.file('f', Buffer.from('b'))
  }).toThrow('changed while it was read')
})

test('names of values show no secret, and values differ whenever one of them does', () => {
  const one = sealed(log => {
    log.value('lookup pipe: login 4711', 'x')
  })
  expect(JSON.stringify(one)).not.toContain('4711')
  const values = (texts: readonly string[]): unknown =>
    sealed(log => {
      for (const text of texts) log.value('v', text)
    }).values['v']
  expect(values(['a', 'b', 'a'])).toBe(values(['b', 'a']))
  expect(values(['a'])).not.toBe(values(['a', 'b']))
})

test('what chance has made counts as the same, and so does what is made of it', () => {
  const chance = new Chance()
  const [log, made] = [new InputLog(chance), 'Xy12345678']
  log.madeByChance(made)
  log.derived(`salt${made}`, 'hash-of-it')
  log.derived('another', 'hash-of-another')
  expect(chance.settled(`a ${made}, hash-of-it, hash-of-another`)).toBe(
    'a ••••••, ••••••, hash-of-another',
  )
})

test('of a file with a short secret inside of a word the plain hash is not told, of an encrypted one it is', () => {
  const files = { part: 'x47110: 1\n', vault: '$ANSIBLE_VAULT;1.1;AES256\n4711\n' }
  const found = Object.entries(files).map(([name, text]) => {
    const path = file(name, text)
    return sealed(log => {
      log.file(path, Buffer.from(text))
    }).files[path]?.split(':')[0]
  })
  expect(found).toEqual(['hmac-sha256', 'sha256'])
})

test('every file and value that differs is named', () => {
  const [same, other, gone] = [file('same', 's'), file('other', 'o'), file('gone', 'g')]
  const planned = sealed(log => {
    for (const [path, text] of [
      [same, 's'],
      [other, 'o'],
      [gone, 'g'],
    ] as const)
      log.file(path, Buffer.from(text))
    log.value('extra variable a', 1)
    log.value('lookup env: B', 1)
  })
  writeFileSync(other, 'p')
  rmSync(gone)
  const now = sealed(log => {
    log.file(same, Buffer.from('s'))
    log.file(other, Buffer.from('p'))
    log.file(file('new', 'n'), Buffer.from('n'))
    log.value('extra variable a', 2)
  })
  const early = [...changedFiles(planned, macs), ...changedValues(planned, now)]
  expect(early.map(text => text.replace(`${directory}/`, ''))).toEqual([
    'the file "gone" is gone',
    'the file "other" is another now',
    'the extra variable a is another now',
  ])
  expect(differentInputs(planned, now).map(text => text.replace(`${directory}/`, ''))).toEqual([
    'the file "gone" is no longer read',
    'the file "other" is another now',
    'the file "new" was not there when it was planned',
    'the extra variable a is another now',
    'the lookup env: B is no longer read',
  ])
  expect(differentInputs(planned, planned)).toEqual([])
})
