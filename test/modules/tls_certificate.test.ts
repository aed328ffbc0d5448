import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Module } from '../../src/core/module.ts'
import { keep } from '../../src/core/secret.ts'
import { wholeOf, type Source } from '../../src/core/wire.ts'
import { tlsCertificate } from '../../src/modules/tls_certificate.ts'
import { pki } from '../../src/pki/index.ts'
import { path } from '../../src/probes/path.ts'
import { pemFiles } from '../../src/probes/pem.ts'
import { info, is, Model, prepare } from './model.ts'

const base = mkdtempSync(join(tmpdir(), 'certificate-'))
afterAll(() => {
  rmSync(base, { recursive: true, force: true })
})

// As the engine knows it, whatever its parameters.
const certificate: Module = tlsCertificate
const directory = join(base, 'ca')
const args = {
  authority: directory,
  common_name: 'web1',
  addresses: ['192.0.2.7'],
  dns_names: ['web1'],
  path: '/etc/tls/crt',
  key_path: '/etc/tls/key',
  combined_path: '/etc/tls/all',
}
const files = ['/etc/tls/crt', '/etc/tls/key', '/etc/tls/all']
const etc = is(path('/etc/tls'), info({ kind: 'directory' }))

test('what is issued while it is carried out fits together, and is found fit afterwards', async () => {
  const { certificate: chain } = await pki.createAuthority({
    directory,
    commonName: 'fleet',
    days: 10,
    passphrase: undefined,
  })
  const want = await prepare(certificate, args, { pki, now: new Date() })
  const none = new Model([etc, is(pemFiles(files), { kind: 'read', texts: [null, null, null] })])
  const [issue, ...puts] = certificate.plan(want, none.actual(certificate, want))
  // Planning makes no key: there is nothing to write before the certificate is issued.
  const sizes = () => puts.map(put => (put.do === 'put' ? put.source.size : 0))
  expect(sizes).toThrow('before it was issued')
  if (issue?.do !== 'local') throw new Error('the first change issues')
  await issue.action()

  const texts = await Promise.all(puts.map(async put => (put.do === 'put' ? read(put.source) : '')))
  expect(sizes()).toEqual(texts.map(text => text.length))
  expect(texts[2]).toBe(`${texts[0] ?? ''}${chain}${texts[1] ?? ''}`)
  expect(JSON.stringify(puts.map(({ diff, summary }) => [diff, summary]))).not.toContain('PRIVATE')

  const written = new Model([
    etc,
    is(pemFiles(files), { kind: 'read', texts: texts.map(keep) }),
    ...files.map((file, i) => is(path(file), info({ mode: i === 0 ? '0644' : '0600' }))),
  ])
  expect(certificate.plan(want, written.actual(certificate, want))).toEqual([])
})

const read = async (source: Source): Promise<string> => (await wholeOf(source)).toString()

test.each([
  { case: 'neither authority nor certificate', args: { common_name: 'x', combined_path: '/x' } },
  { case: 'no place for the key', args: { authority: '/ca', common_name: 'x', path: '/x' } },
  {
    case: 'no place for the certificate',
    args: { authority: '/ca', common_name: 'x', key_path: '/x' },
  },
  { case: 'no name', args: { authority: '/ca', combined_path: '/x' } },
  { case: 'a certificate without key', args: { certificate: 'PEM', combined_path: '/x' } },
])('refuses $case', async ({ args: wrong }) => {
  await expect(prepare(certificate, wrong, { pki, now: new Date() })).rejects.toThrow()
})
