import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conceal, concealDiff } from '../../src/core/conceal.ts'
import type { Diff } from '../../src/core/diff.ts'
import { renderDiff } from '../../src/report/diff.ts'

// Secrets that nobody has registered: what stands in a host's files, and what was there before.

const pem = (type: 'pkcs1' | 'pkcs8' | 'sec1', encryption = {}): string =>
  type === 'sec1'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .privateKey.export({ type, format: 'pem' })
        .toString()
    : generateKeyPairSync('rsa', { modulusLength: 1024 })
        .privateKey.export({ type, format: 'pem', ...encryption })
        .toString()

const openssh = (): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'keys-')), 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  return readFileSync(file, 'utf8')
}

const pgp = `-----BEGIN PGP PRIVATE KEY BLOCK-----
Version: 2

${randomBytes(96).toString('base64')}
=${randomBytes(3).toString('base64')}
-----END PGP PRIVATE KEY BLOCK-----
`

const KEYS: Readonly<Record<string, string>> = {
  PKCS1: pem('pkcs1'),
  PKCS8: pem('pkcs8'),
  EC: pem('sec1'),
  encrypted: pem('pkcs8', { cipher: 'aes-256-cbc', passphrase: 'x' }),
  'encrypted as of old': pem('pkcs1', { cipher: 'aes-128-cbc', passphrase: 'x' }),
  OpenSSH: openssh(),
  OpenPGP: pgp,
}

/** The parts of a key that must not be read: its lines of base64, its last short one included. */
const bodyOf = (key: string): readonly string[] =>
  key.split('\n').filter(line => /^[\w+/]{4,}=*$|^=/.test(line))

const FORMS: Readonly<Record<string, (key: string) => string>> = {
  'as it is': key => key,
  'with ends of lines of Windows': key => key.replaceAll('\n', '\r\n'),
  'indented in YAML': key => `key: |\n${key.replaceAll(/^/gm, '    ')}\nnext: 1\n`,
  'in a comment': key => key.replaceAll(/^/gm, '# '),
  'in JSON': key => JSON.stringify({ key, next: 1 }),
  'in a shell word': key => `KEY='${key}'\nNEXT=1\n`,
  'after its certificate': key =>
    `-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${key}`,
  'without its end': key => key.split('\n').slice(0, -2).join('\n'),
  'without its beginning': key => `x = 1\n${key.split('\n').slice(1).join('\n')}`,
}

/** Where what is left over can be found by decoding it alone. */
const CODES: Readonly<Record<string, (key: string) => string>> = {
  'in base64': key => Buffer.from(key).toString('base64'),
  'in base64 of 76 columns': key =>
    Buffer.from(key)
      .toString('base64')
      .replaceAll(/.{76}/g, line => `${line}\n`),
  'in base64 behind one character': key => Buffer.from(`"${key}"`).toString('base64'),
  'in base64 behind two': key => Buffer.from(`["${key}"]`).toString('base64'),
  'in base64 for URLs': key => Buffer.from(key).toString('base64url'),
  'in hexadecimal': key => Buffer.from(key).toString('hex'),
  'in capital hexadecimal': key => Buffer.from(key).toString('hex').toUpperCase(),
  'in a URL': key => encodeURIComponent(key),
  'in a form': key => new URLSearchParams({ key }).toString(),
}

describe.each(Object.entries(KEYS))('a private key, %s,', (_, key) => {
  test.each(Object.entries(FORMS))('%s shows no line', (_form, write) => {
    const shown = conceal(write(key))
    for (const line of bodyOf(key)) expect(shown).not.toContain(line)
    expect(shown).toContain('••••••')
  })

  test.each(Object.entries(CODES))('%s shows no part', (_form, write) => {
    const written = write(key)
    const shown = conceal(`before ${written}; after`)
    for (let part = 40; part < 80; part++) {
      const from = Math.floor((written.length * part) / 100)
      expect(shown).not.toContain(written.slice(from, from + 16))
    }
    expect(shown).toMatch(/^before .*; after$/s)
  })

  test.each<{ case: string; before: string | null; after: string | null }>([
    { case: 'new', before: null, after: key },
    { case: 'removed', before: key, after: null },
    { case: 'replaced', before: key, after: pem('pkcs8') },
    { case: 'joined by a line', before: key, after: `# note\n${key}` },
  ])('$case does not show in a diff', ({ before, after }) => {
    const diff = concealDiff({ kind: 'text', path: '/etc/key', before, after })
    const shown = renderDiff(diff)
    for (const text of [before, after])
      for (const line of bodyOf(text ?? '')) expect(shown).not.toContain(line)
    expect(shown).toContain(before === null || after === null ? 'PRIVATE KEY' : '/etc/key')
  })
})

test.each([
  '$1$abcdefgh$W3/Qmrm9IyJrlaEZhHu/p.',
  '$apr1$abcdefgh$KCQ6fQd.AfqB7afk6WT1C1',
  '$5$abcdefgh$tjQLlbbODLT91F9r/dvewCG5bymKe7Dg0QxS1zJ1EC0',
  '$5$rounds=5000$abcdefgh$tjQLlbbODLT91F9r/dvewCG5bymKe7Dg0QxS1zJ1EC0',
  '$6$abcdefgh$GQXGYsU/yu2Tn9J7fE3QdeY2Hqcl2RCfnQlZZp2gENuYkA40rb8yKGX/XtMg/a1yYlAaz39yjsg1e8ln1J7Bq0',
  '$y$j9T$abcdefghijklmnop$ZrkBpUBCDi3MK7LE9Ay9jscShCxVaFVi4wHPDobzz36',
  '$gy$j9T$abcdefghijklmnop$ZYn2a6UEkSLl.W5XTVj/ybBBu1lKQha1vnL8iFDnQhA',
  '$7$CU..../....abcdefghijk$BkFRBDo.y30k/FFKO8O7FzRrvEKwkAn4fhnXTQLXIkA',
  '$2b$05$abcdefghijklmnopqrstuuoXuKqgZXLiJqzfmMXDDhSFPIvxV7t8.',
  '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG',
  'pbkdf2_sha256$260000$Wm1WfHVQhTDR$0Ki7Jf1kBVzLoBuNuD8F6XgPPLkCFpfAmyFWTAQk7Xw=',
  '{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ8VnJH',
  '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=',
  'SCRAM-SHA-256$4096:6PIvN8SHJJs=$Rj5HqL1yJ2c=:2q1tXu2c0Kk=',
  '*C4C343EA2E83B3B06935502BB40535A16E3B6196',
  '{SMD5}qUBmnjSgXbHRlfVwsqVbM2c9RVFmVwM9',
  '$A$005$THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED',
  'md53175bce1d3201d16594cebf9d7eb3f9d',
  '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD',
])('a hash does not show: %s', hash => {
  const shown = conceal(`before ${hash} after`)
  expect(shown).toBe('before •••••• after')
})

test.each([
  { text: 'secret "x', hidden: 'secret "••••••' },
  { text: 'PrivateKey=x', hidden: 'PrivateKey=••••••' },
])('the shortest secret does not show: $text', ({ text, hidden }) => {
  expect(conceal(text)).toBe(hidden)
})

test.each([
  { case: 'shadow', path: '/etc/shadow', line: 'deploy:ab0ozUNIgzCZ.:19000:0:99999:7:::' },
  { case: 'its copy', path: '/etc/shadow-', line: 'deploy:ab0ozUNIgzCZ.:19000:0:99999:7:::' },
  { case: 'gshadow', path: '/etc/gshadow', line: 'adm:ab0ozUNIgzCZ.::' },
  { case: 'htpasswd', path: '/etc/nginx/.htpasswd', line: 'deploy:ab0ozUNIgzCZ.' },
  { case: 'htpasswd in clear', path: '/srv/site.htpasswd.bak', line: 'deploy:ab0ozUNIgzCZ.' },
  {
    case: 'htdigest',
    path: '/etc/apache2/htdigest',
    line: 'deploy:ab0ozUNIgzCZ.:0123456789abcdef0123456789abcdef',
  },
])('what is no hash by its looks does not show in $case', ({ path, line }) => {
  const before = `root:*:19000:0:99999:7:::\n${line}\n`
  const shown = renderDiff(concealDiff({ kind: 'text', path, before, after: null }))
  expect(shown).not.toMatch(/ab0oz|0123456789/)
  expect(shown).toContain('-root:*:19000')
  expect(shown).toMatch(/^-(deploy|adm):••••••/m)
})

test.each([
  'rewrite ^/x/(.*)$ /y/$1$is_args$args last;',
  "sed 's/$1$2/$5$6/'",
  'log_format site $remote_addr - $remote_user [$time_local]',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl key',
  '-----BEGIN CERTIFICATE-----\nMIIBszCCARygAwIBAgIBADANBgkqhkiG9w0BAQsFADAeMRwwGgYDVQQDExNleGFt\n-----END CERTIFICATE-----\n',
  '-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK\n-----END PUBLIC KEY-----\n',
  'PasswordAuthentication no\nPrivateKeyFile /etc/key\nssl_certificate_key /etc/x.key;\n',
  'GRANT ALL ON *.* TO root',
  '- { name: PRIVATE, KEY: x }',
])('what is no secret stays: %s', text => {
  expect(conceal(text)).toBe(text)
})

test('a long text with half a key in it takes no time worth mentioning', () => {
  const lines = `${'A'.repeat(64)}\n`.repeat(20_000)
  const hostile = `-----END PRIVATE KEY-----\n${lines}${'-----BEGIN '.repeat(20_000)}PRIVATE KEY-----`
  const begun = performance.now()
  conceal(hostile)
  // What grows with the square of the text would take an hour.
  expect(performance.now() - begun).toBeLessThan(30_000)
})

const text = (before: string | null, after: string | null): Diff => ({
  kind: 'text',
  path: '/etc/app',
  before,
  after,
})

const FILLER = Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join('')

test.each<{ case: string; diff: Diff }>([
  {
    case: 'moved to another place of the file',
    diff: text(`key = old-one\n${FILLER}`, `${FILLER}key = ••••••\n`),
  },
  { case: 'on a line that goes', diff: text('a\npassword: old-one\n', 'a\n') },
  { case: 'in a file that goes', diff: text('[client]\npassword=old-one\n', null) },
  { case: 'in quotes', diff: text(`'db_passwd' => 'old-one',\n`, '') },
  { case: 'in JSON', diff: text('{"a": {"api_key": "old-one", "x": "old-one"}}\n', '') },
  { case: 'in a shell file', diff: text('export APP_TOKEN=old-one\n', '') },
  { case: 'in XML', diff: text('<dbPassword>old-one</dbPassword>\n', '') },
  { case: 'in a URL', diff: text('dsn mysql://app:old-one@db/app\n', '') },
  { case: 'in a header', diff: text('Authorization: Basic old-one\n', '') },
  { case: 'in a directive', diff: text('requirepass old-one\n', '') },
  { case: 'in SQL', diff: text(`CREATE USER a IDENTIFIED BY 'old-one';\n`, '') },
  {
    case: 'in base64 with its account',
    diff: text(
      `auth ${Buffer.from('admin:old-one').toString('base64')}\n`,
      'auth YWRtaW46••••••\n',
    ),
  },
  {
    case: 'in a field',
    diff: {
      kind: 'fields',
      of: 'x',
      fields: [{ name: 'url', before: 'https://a:old-one@h/x', after: 'https://h/x' }],
    },
  },
])('an old secret does not show $case', ({ diff }) => {
  const shown = renderDiff(diff)
  expect(shown).not.toMatch(/old-one|b2xkLW9uZ|9sZC1vbm/)
  expect(shown).toContain('••••••')
})

test.each([
  ['sshd', '-PasswordAuthentication yes'],
  ['a setting', '-password_encryption = md5'],
  ['a comment', '-# how passwords are made'],
])('an old line that holds no secret shows as it is: %s', (_, line) => {
  expect(renderDiff(text(`${line.slice(1)}\n`, ''))).toContain(line)
})
