import { createHash } from 'node:crypto'
import { encryptString } from '../../src/language/vaultfiles.ts'
import { Vault } from '../../src/language/vault.ts'
import { play } from '../engine/harness.ts'
import { Plans } from '../plan/plans.ts'

jest.setTimeout(300_000)
jest.mock('../../src/cli/prompt.ts', () => ({ ask: () => Promise.resolve('prompted-secret-3') }))

const vault = new Vault([{ id: 'default', password: 'vault-password-1' }])

/** Every secret of the project, and where it comes from. */
const SECRETS: Readonly<Record<string, string>> = {
  'an encrypted file': 'sesame-of-the-vault',
  'an encrypted file, easily guessed': '123456',
  'an encrypted file, short': '4711',
  'an encrypted value': 'inline "quoted" secret',
  vars_prompt: 'prompted-secret-3',
  'a password lookup': 'looked-up-secret-4',
  'a task with no_log': 'never-logged-5',
  'a secret parameter': 'parameter-secret-6',
  'the vault password': 'vault-password-1',
  'an old content that is replaced': 'replaced-secret-7',
}

const SITE = play(
  `
    - name: Everything at once
      copy:
        content: |
          first line
          long={{ long }}
          pin {{ pin }}
          low={{ low }}
          inline={{ inline }}
          asked={{ asked }}
          kept={{ kept }}
          encoded={{ long | b64encode }} {{ low | b64encode }}
          url={{ inline | urlencode }}
          hashes={{ low | hash('sha256') }} {{ low | md5 }} {{ ('salt' ~ pin) | hash('sha512') }}
          crypt={{ low | password_hash('sha512', 'salt') }}
        dest: DIR/t/all
    - { name: Alone, copy: { content: "{{ low }}\\n", dest: DIR/t/alone, mode: "0600" } }
    - { name: "Named {{ low }}", copy: { content: x, dest: "DIR/t/{{ long }}" } }
    - { name: Items, copy: { content: "{{ item }}", dest: "DIR/t/{{ index }}" }, loop: ["{{ pin }}", "{{ low }}"], loop_control: { index_var: index } }
    - { name: Said, command: "true {{ long }} {{ pin }}" , changed_when: false, check_mode: false }
    - { name: Hidden, copy: { content: "{{ unlogged }}", dest: DIR/t/hidden }, no_log: true }
    - { name: Parameter, uri: { url: "http://127.0.0.1:1/", url_username: u, url_password: "{{ param }}", timeout: 1 }, ignore_errors: true }
    - { name: Told, copy: { content: "{{ param }}", dest: DIR/t/param } }
    - { name: Binary, copy: { src: binary, dest: DIR/t/binary } }
    - { name: Old, copy: { content: "key = {{ long }}\\n", dest: DIR/t/old } }
    - { name: Pipe, copy: { content: "{{ lookup('pipe', 'echo ' ~ low) }}", dest: DIR/t/pipe } }`,
  `
    vars_files: [secrets.yml, clear.yml]
    vars_prompt: [{ name: asked, private: true }]
    vars:
      kept: "{{ lookup('password', 'DIR/kept') }}"`,
)

/** Failures that say what they met with; ignored, so that the next one is reached. */
const FAILING = play(
  `
    - { name: Command, command: "sh -c 'echo {{ low }} {{ pin }} {{ long }}; exit 3'", ignore_errors: true }
    - { name: Mode, file: { path: DIR/t, mode: "{{ long }}" }, ignore_errors: true }
    - { name: Missing, copy: { src: "{{ long }}", dest: DIR/t/none }, ignore_errors: true }
    - { name: Directory, copy: { content: x, dest: "DIR/none/{{ low }}/x" }, ignore_errors: true }
    - { name: Assertion, assert: { that: ["long == low"], fail_msg: "{{ long }} {{ pin }}" }, ignore_errors: true }
    - { name: Filter, debug: { msg: "{{ long | from_json }}" }, ignore_errors: true }
    - { name: Said, debug: { msg: "{{ long }} {{ pin }} {{ low | b64encode }} {{ inline | urlencode }}" } }
    - { name: Told, debug: { var: inline } }
    - { name: Last, fail: { msg: "{{ low }} {{ asked }} {{ param }}" }, no_log: true }`,
  `
    vars_files: [secrets.yml, clear.yml]
    vars_prompt: [{ name: asked, private: true }]`,
)

const FILES: Readonly<Record<string, string>> = {
  'site.yml': SITE,
  'secrets.yml': vault.encrypt('long: sesame-of-the-vault\nlow: "123456"\npin: "4711"\n'),
  'clear.yml': `low_again: "123456"\nunlogged: never-logged-5\nparam: parameter-secret-6\n${encryptString('inline "quoted" secret', vault, { name: 'inline' })}`,
  kept: 'looked-up-secret-4\n',
  'files/binary': '\u0000123456\n',
  't/old': 'key = replaced-secret-7\n',
  't/binary': '\u00004711\n',
  'password.txt': 'vault-password-1\n',
}

const plans = new Plans(FILES)
const flags = { vaultPasswordFile: ['password.txt'] }
const outputs = {
  ran: '',
  failed: '',
  file: '',
  planned: '',
  shown: '',
  applied: '',
}

beforeAll(async () => {
  for (const output of ['text', 'json'] as const)
    outputs.ran += (
      await plans.run({ ...flags, dryRun: true, diff: true, verbose: 3, output })
    ).text
  const planned = await plans.plan(flags)
  if (planned.code !== 3) throw new Error(planned.text)
  outputs.planned = planned.text
  outputs.file = plans.read('p')
  outputs.shown = (await plans.show({ verbose: 3 })).text
  outputs.shown += (await plans.show({ output: 'json' })).text
  plans.write({ t2: '' })
  const applied = await plans.apply({ ...flags, diff: true, verbose: 1 })
  outputs.applied = applied.text
  if (applied.code !== 0) throw new Error(applied.text)
  // A second time everything differs, and it is said what was planned.
  outputs.applied += (await plans.apply(flags)).text
  outputs.applied += (await plans.apply({ ...flags, output: 'json' })).text
  plans.write({ 't/all': 'another\n' })
  for (const output of ['text', 'json'] as const)
    outputs.ran += (await plans.run({ ...flags, diff: true, verbose: 3, output })).text
  // Where something fails, the message quotes what it failed with.
  plans.write({ 'site.yml': FAILING })
  for (const output of ['text', 'json'] as const)
    outputs.failed += (await plans.run({ ...flags, verbose: 3, output })).text
  plans.write({ 'site.yml': SITE })
})

const hidden = (text: string): readonly string[] => [
  text,
  JSON.stringify(text).slice(1, -1),
  Buffer.from(text).toString('base64'),
  Buffer.from(text).toString('base64').replace(/=+$/, ''),
  Buffer.from(text).toString('hex'),
  encodeURIComponent(text),
]

/** Where a form of the secret stands: a short one as a word of its own. */
const found = (output: string, secret: string): readonly string[] =>
  hidden(secret).filter(form =>
    form.length < 6 ? new RegExp(`(?<![\\w])${form}(?![\\w])`).test(output) : output.includes(form),
  )

describe.each(Object.entries(SECRETS))('the secret of %s', (_, secret) => {
  // Those of fewer than 6 characters are masked in plans alone, which are kept.
  const places = secret.length < 6 ? ([] as const) : (['ran', 'failed'] as const)
  test.each([...places, 'file', 'planned', 'shown', 'applied'] as const)(
    'is not in what was %s',
    output => {
      expect(outputs[output].length).toBeGreaterThan(1000)
      expect(found(outputs[output], secret)).toEqual([])
    },
  )
})

test('what runs and failures say besides is there', () => {
  expect(outputs.ran).toContain('long=••••••')
  for (const text of ['return code: 3', 'file: ••••••', 'E_NO_DIRECTORY', 'E_ASSERT'])
    expect(outputs.failed).toContain(text)
})

test('the plan does tell of everything else', () => {
  for (const text of ['first line', 'long=••••••', 'pin ••••••', 'crypt=••••••', 'key =', 'Hidden'])
    expect(outputs.file).toContain(text)
})

/** What somebody who guesses a secret, and knows the project, would hash to confirm it. */
const guesses = (): readonly string[] => {
  const secrets = Object.values(SECRETS)
  const names = ['long', 'pin', 'low', 'low_again', 'inline', 'kept', 'key']
  const lines = secrets.flatMap(secret => [
    secret,
    ...names.flatMap(name => [`${name}=${secret}`, `${name}: ${secret}`, `${name}: "${secret}"`]),
    `key = ${secret}`,
    `pin ${secret}`,
    `\u0000${secret}`,
    `salt${secret}`,
    JSON.stringify(secret),
    `echo ${secret}`,
  ])
  const files = [
    'clear.yml',
    'kept',
    'files/binary',
    'password.txt',
    't/all',
    't/alone',
    't/hidden',
    't/old',
    't/pipe',
  ]
  const contents = [...files.map(name => plans.read(name)), ...Object.values(FILES)]
  const known = [FILES['site.yml'], FILES['secrets.yml']]
  return [
    ...lines.flatMap(line => [line, `${line}\n`]),
    ...contents.filter(content => !known.includes(content)),
  ]
}

test('no guess of a secret can be confirmed by any hash in the plan', () => {
  const hashes = outputs.file.match(/[\da-f]{8,}/gi)?.map(hash => hash.toLowerCase()) ?? []
  const base64 = outputs.file.match(/[\w+/]{20,}={0,2}/g) ?? []
  expect(hashes.length).toBeGreaterThan(20)
  const confirmed = guesses().flatMap(guess =>
    ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'].flatMap(algorithm => {
      const digest = createHash(algorithm).update(guess).digest()
      const hex = digest.toString('hex')
      const isThere =
        hashes.some(hash => hex.startsWith(hash) || hash.includes(hex)) ||
        base64.some(text => text.startsWith(digest.toString('base64').slice(0, 20)))
      return isThere ? [`${algorithm} of ${JSON.stringify(guess)}`] : []
    }),
  )
  expect(confirmed).toEqual([])
})

test('what has no secret in it can be checked by anybody', () => {
  const { files } = plans.document().inputs
  for (const name of ['site.yml', 'secrets.yml'] as const)
    expect(files[name]).toBe(
      `sha256:${createHash('sha256').update(plans.read(name)).digest('hex')}`,
    )
})
