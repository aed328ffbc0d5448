import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Authority } from '../../src/core/controller.ts'
import { keep } from '../../src/core/secret.ts'
import { pki } from '../../src/pki/index.ts'

const base = mkdtempSync(join(tmpdir(), 'pki-'))
afterAll(() => {
  rmSync(base, { recursive: true, force: true })
})

const DAY = 86_400_000
const request = { commonName: 'Fleet authority', days: 3650, passphrase: undefined }
const host = {
  commonName: 'web1.foobar.com',
  dnsNames: ['web1.foobar.com', 'www.foobar.com'],
  addresses: ['192.0.2.7', 'fd77:0:0:1::12'],
  days: 90,
}

const openssl = (...args: readonly string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const file = (name: string, text: string): string => {
  const path = join(base, name)
  writeFileSync(path, text)
  return path
}

describe('an authority', () => {
  const directory = join(base, 'plain', 'authority')
  let authority: Authority

  beforeAll(async () => {
    authority = await pki.createAuthority({ ...request, directory })
  })

  test('is none before it is made', async () => {
    expect(await pki.authority(join(base, 'none'), undefined)).toBeNull()
  })

  test('is read back as it was made', async () => {
    const again = await pki.authority(directory, undefined)
    expect(again?.certificate).toBe(authority.certificate)
    expect(again?.description).toMatchObject({
      subject: 'CN=Fleet authority',
      issuer: 'CN=Fleet authority',
      isAuthority: true,
    })
  })

  test('keeps its key for its owner alone, and leaves nothing half made', () => {
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, 'ca.key')).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(base, 'plain'))).toEqual(['authority'])
  })

  test('is made once, also by two at the same time', async () => {
    const place = join(base, 'race')
    const both = await Promise.all(
      [1, 2].map(() => pki.createAuthority({ ...request, directory: place })),
    )
    expect(both[0]?.certificate).toBe(both[1]?.certificate)
    const later = await pki.createAuthority({ ...request, directory: place })
    expect(later.certificate).toBe(both[0]?.certificate)
  })

  test('takes no directory that holds something else', async () => {
    const place = join(base, 'taken')
    mkdirSync(place)
    writeFileSync(join(place, 'x'), '')
    await expect(pki.createAuthority({ ...request, directory: place })).rejects.toMatchObject({
      code: 'E_AUTHORITY',
    })
  })

  test('issues what openssl verifies for its purposes, names and addresses', async () => {
    const { certificate, key } = await authority.issue(host)
    const [ca, crt] = [file('ca.crt', authority.certificate), file('host.crt', certificate)]
    for (const purpose of ['sslserver', 'sslclient'])
      expect(openssl('verify', '-x509_strict', '-purpose', purpose, '-CAfile', ca, crt)).toContain(
        'OK',
      )
    expect(openssl('verify', '-verify_hostname', 'www.foobar.com', '-CAfile', ca, crt)).toContain(
      'OK',
    )
    expect(openssl('verify', '-verify_ip', 'fd77:0:0:1::12', '-CAfile', ca, crt)).toContain('OK')
    expect(() => openssl('verify', '-verify_hostname', 'other', '-CAfile', ca, crt)).toThrow()
    const text = openssl('x509', '-in', crt, '-noout', '-text')
    expect(text).toMatch(/CA:FALSE[\s\S]*Key Usage: critical\s+Digital Signature\n/)
    expect(text).toContain('TLS Web Server Authentication, TLS Web Client Authentication')
    const own = openssl('x509', '-in', crt, '-noout', '-pubkey')
    expect(openssl('pkey', '-in', file('host.key', key.reveal()), '-pubout')).toBe(own)
  })

  test('issues for keys of P-256, which certificates name as openssl would', async () => {
    const { certificate, key } = await authority.issue(host)
    const own = file('curve.key', key.reveal())
    const alike = openssl('req', '-x509', '-key', own, '-subj', '/CN=x', '-days', '2')
    const identifiers = [certificate, alike].map(pem =>
      openssl('x509', '-in', file('curve.crt', pem), '-noout', '-ext', 'subjectKeyIdentifier'),
    )
    expect(identifiers[0]).toBe(identifiers[1])
    const text = openssl('x509', '-in', file('curve.crt', certificate), '-noout', '-text')
    expect(text).toContain('NIST CURVE: P-256')
  })

  test('issues nothing twice', async () => {
    const [one, two] = await Promise.all([authority.issue(host), authority.issue(host)])
    const serial = (pem: string) => openssl('x509', '-in', file('serial', pem), '-noout', '-serial')
    expect(serial(one.certificate)).not.toBe(serial(two.certificate))
    expect(one.key.reveal()).not.toBe(two.key.reveal())
  })

  test('describes what it has issued', async () => {
    const { certificate } = await authority.issue(host)
    const described = pki.describe(certificate)
    expect(described).toMatchObject({
      subject: 'CN=web1.foobar.com',
      issuer: 'CN=Fleet authority',
      dnsNames: host.dnsNames,
      addresses: host.addresses,
      isAuthority: false,
      issuerKeyId: authority.description.keyId,
    })
    expect(described.keyId).toMatch(/^[0-9a-f]{40}$/)
    expect(described.notBefore.getTime()).toBeLessThan(Date.now() - 60_000)
    expect(described.notAfter.getTime() / DAY).toBeCloseTo(Date.now() / DAY + 90, 1)
    const text = openssl(
      'x509',
      '-in',
      file('fp', certificate),
      '-noout',
      '-fingerprint',
      '-sha256',
    )
    expect(text.toLowerCase().replaceAll(':', '')).toContain(described.fingerprint)
  })

  test('tells whose key it is', async () => {
    const [one, two] = await Promise.all([authority.issue(host), authority.issue(host)])
    expect(pki.belongsTogether(one.certificate, one.key)).toBe(true)
    expect(pki.belongsTogether(one.certificate, two.key)).toBe(false)
  })
})

describe('an authority with a passphrase', () => {
  const directory = join(base, 'secret')
  beforeAll(async () => {
    await pki.createAuthority({ ...request, directory, passphrase: keep('correct horse') })
  })

  test('has an encrypted key', () => {
    expect(readFileSync(join(directory, 'ca.key'), 'utf8')).toContain('ENCRYPTED PRIVATE KEY')
    expect(openssl('asn1parse', '-in', join(directory, 'ca.key'))).toMatch(
      /PBES2[\s\S]*aes-256-cbc/i,
    )
  })

  test.each([
    { case: 'the right one', passphrase: keep('correct horse'), fails: undefined },
    { case: 'a wrong one', passphrase: keep('battery staple'), fails: 'E_PASSPHRASE' },
    { case: 'none', passphrase: undefined, fails: 'E_PASSPHRASE' },
  ])('issues with the passphrase alone: $case', async ({ passphrase, fails }) => {
    const authority = await pki.authority(directory, passphrase)
    const issued = authority?.issue(host)
    if (fails === undefined) await expect(issued).resolves.toBeDefined()
    else await expect(issued).rejects.toMatchObject({ code: fails })
  })
})

test.each([
  { text: '', code: 'E_CERTIFICATE' },
  { text: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', code: 'E_CERTIFICATE' },
])('is no certificate: "$text"', ({ text, code }) => {
  expect(() => pki.describe(text)).toThrow(expect.objectContaining({ code }) as Error)
})

test('reads a certificate that openssl made, of another kind of key', () => {
  const [key, crt] = [join(base, 'ec.key'), join(base, 'ec.crt')]
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    key,
    '-out',
    crt,
    '-days',
    '5',
    '-subj',
    '/O=Foo, Bar/CN=x',
    '-addext',
    'subjectAltName=DNS:a.example,DNS:*.b.example,IP:2001:db8::1',
  )
  const pem = readFileSync(crt, 'utf8')
  expect(pki.describe(pem)).toMatchObject({
    dnsNames: ['a.example', '*.b.example'],
    addresses: ['2001:db8::1'],
    isAuthority: true,
  })
  expect(pki.belongsTogether(pem, keep(readFileSync(key, 'utf8')))).toBe(true)
})
