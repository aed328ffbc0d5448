import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../src/core/error.ts'
import { parseYaml } from '../../src/language/load/yaml.ts'
import { isVaultText, Vault } from '../../src/language/vault.ts'
import {
  decryptFile,
  encryptFile,
  encryptString,
  rekeyFile,
  viewFile,
} from '../../src/language/vaultfiles.ts'
import { parseVaultId, readVaultSecret } from '../../src/language/vaultsecrets.ts'
import { keywords, raw, world } from './world.ts'

// Made by ansible-vault of ansible-core 2.14; the first with the password `pw one`, the second
// with `pwtwo` under the id `dev`.
const MADE_BY_ANSIBLE = `$ANSIBLE_VAULT;1.1;AES256
63326235656535323333303065383633616630643938643365333761656436623131353165333430
3430363365636230313164363432323936346265386666650a643936643139346630336163373037
36383563333136383462346639626162626231353830346135346336323030623034663732386437
6635383036633434640a353631353334653137653336373734363861306565303131373162346233
6263
`
const MADE_WITH_ID = `$ANSIBLE_VAULT;1.2;AES256;dev
65323562666533643238383364386633653130353866376162346264613235383966313338616530
6563643164633566663862396533366531396166613566390a666164346563623531363364353133
33656339333339623635393539306431656630623362343031323837333932646135353336633037
3931316263333262340a633032653133613534346437346639623438323233616162373437616363
3763
`
const EMPTY = `$ANSIBLE_VAULT;1.1;AES256
34366465633563396333633739353732363331346162396635393739646366373932313965653339
3239613430646134613334393066633863386166363534380a373030613866663335396366363936
34366530323837663865393362333734623062356165613865613630663533356237643032396163
3338353033333461310a386166613463333732373234336363373664623363366530383137323731
3836
`

const ONE = { id: 'default', password: 'pw one' }
const TWO = { id: 'dev', password: 'pwtwo' }
const directory = mkdtempSync(join(tmpdir(), 'provision-vault-'))
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(directory, name), content)
  return join(directory, name)
}

const codeOf = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    if (error instanceof UserError) return error.code
    throw error
  }
  return 'no error'
}

describe('opens what ansible-vault made', () => {
  const vault = new Vault([ONE, TWO])
  test.each([
    { case: 'version 1.1', text: MADE_BY_ANSIBLE, clear: 'secret: s3cret\n' },
    { case: 'version 1.2 with an id', text: MADE_WITH_ID, clear: 'secret: s3cret\n' },
    { case: 'nothing', text: EMPTY, clear: '' },
    {
      case: 'indented, as under !vault',
      text: MADE_BY_ANSIBLE.replace(/^/gm, '    '),
      clear: 'secret: s3cret\n',
    },
  ])('$case', ({ text, clear }) => {
    expect(vault.decrypt(text)).toBe(clear)
  })

  test('with the secrets in any order, and under another id', () => {
    expect(new Vault([ONE, { ...TWO, id: 'other' }]).decrypt(MADE_WITH_ID)).toBe('secret: s3cret\n')
  })
})

describe('makes what it can open', () => {
  test.each(['', 'x', 'Grüße', '16 bytes of text', 'line\n'.repeat(1000)])('%j', clear => {
    const vault = new Vault([ONE, TWO])
    for (const id of [undefined, 'dev']) {
      const sealed = vault.encrypt(clear, id)
      expect(isVaultText(sealed)).toBe(true)
      expect(vault.decrypt(sealed)).toBe(clear)
      expect(Math.max(...sealed.split('\n').map(line => line.length))).toBeLessThanOrEqual(80)
    }
  })

  test('names the id, unless it is the default', () => {
    const vault = new Vault([ONE, TWO])
    expect(vault.encrypt('x', 'dev')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;dev\n/)
    expect(vault.encrypt('x')).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/)
  })
})

describe('mistakes', () => {
  const vault = new Vault([ONE])
  const body = MADE_BY_ANSIBLE.split('\n').slice(1).join('\n')
  test.each([
    {
      case: 'another password',
      act: () => new Vault([TWO]).decrypt(MADE_BY_ANSIBLE),
      code: 'E_VAULT_PASSWORD',
    },
    {
      case: 'no password',
      act: () => new Vault([]).decrypt(MADE_BY_ANSIBLE),
      code: 'E_VAULT_PASSWORD',
    },
    { case: 'an unknown id', act: () => vault.encrypt('x', 'prod'), code: 'E_VAULT_PASSWORD' },
    {
      case: 'a changed byte',
      act: () =>
        vault.decrypt(MADE_BY_ANSIBLE.replace(/(.)\n*$/, d => (d.startsWith('3') ? '4' : '3'))),
      code: 'E_VAULT_',
    },
    {
      case: 'no hexadecimal',
      act: () => vault.decrypt('$ANSIBLE_VAULT;1.1;AES256\nxyz'),
      code: 'E_VAULT_FORMAT',
    },
    {
      case: 'a part missing',
      act: () => vault.decrypt('$ANSIBLE_VAULT;1.1;AES256\n3131'),
      code: 'E_VAULT_FORMAT',
    },
    {
      case: 'another version',
      act: () => vault.decrypt(`$ANSIBLE_VAULT;9.9;AES256\n${body}`),
      code: 'E_VAULT_FORMAT',
    },
    {
      case: 'another cipher',
      act: () => vault.decrypt(`$ANSIBLE_VAULT;1.1;ROT13\n${body}`),
      code: 'E_VAULT_FORMAT',
    },
    { case: 'plain text', act: () => vault.decrypt('hello'), code: 'E_VAULT_FORMAT' },
    {
      case: 'encrypting twice',
      act: () => {
        encryptFile(file('twice', MADE_BY_ANSIBLE), vault)
      },
      code: 'E_VAULT_ENCRYPTED',
    },
    {
      case: 'decrypting a plain file',
      act: () => {
        decryptFile(file('plain', 'x'), vault)
      },
      code: 'E_VAULT_PLAIN',
    },
    {
      case: 'a file that is missing',
      act: () => viewFile(join(directory, 'none'), vault),
      code: 'E_FILE_MISSING',
    },
  ])('$case', ({ act, code }) => {
    expect(codeOf(act)).toContain(code)
  })
})

describe('files', () => {
  const vault = new Vault([ONE, TWO])

  test('are encrypted and decrypted in place, and keep their mode', () => {
    const bytes = Buffer.from([0, 255, 10, 128])
    const path = file('binary', bytes)
    chmodSync(path, 0o640)
    encryptFile(path, vault)
    expect(isVaultText(readFileSync(path, 'utf8'))).toBe(true)
    expect(viewFile(path, vault)).toEqual(bytes)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    decryptFile(path, vault)
    expect(readFileSync(path)).toEqual(bytes)
  })

  test('get another password', () => {
    const path = file('rekeyed', 'x')
    encryptFile(path, vault)
    rekeyFile(path, vault, { vault: new Vault([TWO]), id: 'dev' })
    expect(codeOf(() => viewFile(path, new Vault([ONE])))).toBe('E_VAULT_PASSWORD')
    expect(viewFile(path, new Vault([TWO])).toString()).toBe('x')
  })
})

test('a value for YAML is read back from it', () => {
  const vault = new Vault([ONE])
  const text = encryptString('s3cret {{ x }}', vault, { name: 'password' })
  expect(text).toMatch(/^password: !vault \|\n {10}\$ANSIBLE_VAULT/)
  const secrets: string[] = []
  const { scope } = world({}, { decrypt: vault.decrypt, onSecret: secret => secrets.push(secret) })
  const vars = parseYaml(`${text}x: 5`, 'vars.yml').raw as ReadonlyMap<string, never>
  const layer = { vars, at: { file: 'vars.yml', line: 1, column: 1 } }
  // What the user encrypted is a template of the user's as any other text.
  expect(scope({ keywords: keywords([layer]) }).value(raw('"{{ password }}"'))).toBe('s3cret 5')
  expect(secrets).toEqual(['s3cret {{ x }}'])
})

test('without a password an encrypted value is an error where it is read only', () => {
  const vars = parseYaml(encryptString('x', new Vault([ONE]), { name: 'p' }), 'vars.yml').raw
  const layer = { vars: vars as ReadonlyMap<string, never>, at: { file: '', line: 1, column: 1 } }
  const scope = world().scope({ keywords: keywords([layer]) })
  expect(scope.value(raw('"{{ 1 }}"'))).toBe(1)
  expect(codeOf(() => scope.variable('p'))).toBe('E_VAULT_PASSWORD')
})

describe('passwords', () => {
  test.each([
    { given: 'pw.txt', id: 'default', source: 'pw.txt' },
    { given: 'dev@pw.txt', id: 'dev', source: 'pw.txt' },
    { given: '@pw.txt', id: 'default', source: 'pw.txt' },
    { given: 'dev@a@b', id: 'dev', source: 'a@b' },
  ])('$given', ({ given, id, source }) => {
    expect(parseVaultId(given)).toEqual({ id, source })
  })

  const script = (name: string, content: string): string => {
    const path = file(name, content)
    chmodSync(path, 0o700)
    return path
  }

  test.each([
    { case: 'a file', source: file('pw', ' secret \n'), password: 'secret' },
    { case: 'a script', source: script('pw.sh', '#!/bin/sh\necho "run $#"'), password: 'run 0' },
    {
      case: 'a client',
      source: script('pw-client.sh', '#!/bin/sh\necho "$@"'),
      password: '--vault-id dev',
    },
  ])('of $case', ({ source, password }) => {
    expect(readVaultSecret({ id: 'dev', source })).toEqual({ id: 'dev', password })
  })

  test.each([
    { case: 'an empty file', source: file('empty', '\n'), code: 'E_VAULT_PASSWORD' },
    { case: 'no file', source: join(directory, 'none'), code: 'E_FILE_MISSING' },
    {
      case: 'a script that fails',
      source: script('bad.sh', '#!/bin/sh\nexit 3'),
      code: 'E_VAULT_SCRIPT',
    },
  ])('of $case', ({ source, code }) => {
    expect(codeOf(() => readVaultSecret({ id: 'default', source }))).toBe(code)
  })
})
