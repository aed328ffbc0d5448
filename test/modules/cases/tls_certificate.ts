import type { Authority, CertificateDescription, Pki } from '../../../src/core/controller.ts'
import { keep } from '../../../src/core/secret.ts'
import { path } from '../../../src/probes/path.ts'
import { pemFiles } from '../../../src/probes/pem.ts'
import { info, is, type Case } from '../model.ts'

const pem = (type: string, text: string) =>
  `-----BEGIN ${type}-----\n${text}\n-----END ${type}-----\n`
const CERTIFICATE = pem('CERTIFICATE', 'host')
const CHAIN = pem('CERTIFICATE', 'authority')
const KEY = pem('PRIVATE KEY', 'host')
const DAY = 86_400_000
// The run's start in model.ts.
const NOW = new Date('2026-01-31T23:59:59Z').getTime()

const description = (fields: Partial<CertificateDescription> = {}): CertificateDescription => ({
  subject: 'CN=web1',
  issuer: 'CN=fleet',
  dnsNames: ['web1'],
  addresses: [],
  notBefore: new Date(NOW - 10 * DAY),
  notAfter: new Date(NOW + 80 * DAY),
  isAuthority: false,
  fingerprint: 'f',
  issuerKeyId: 'ca',
  keyId: 'host',
  ...fields,
})

const controller = (fields: Partial<CertificateDescription> = {}, belongs = true): { pki: Pki } => {
  const authority: Authority = {
    certificate: CHAIN,
    description: description({ keyId: 'ca' }),
    issue: () => Promise.reject(new Error('planning issues nothing')),
  }
  return {
    pki: {
      authority: () => Promise.resolve(authority),
      createAuthority: () => Promise.resolve(authority),
      describe: () => description(fields),
      belongsTogether: () => belongs,
    },
  }
}

const CRT = '/etc/tls/host.crt'
const ALL = '/etc/tls/all.pem'
const HOST_KEY = '/etc/tls/host.key'
const args = {
  authority: '/ca',
  common_name: 'web1',
  path: CRT,
  key_path: HOST_KEY,
  combined_path: ALL,
}
const directory = is(path('/etc/tls'), info({ kind: 'directory' }))
const texts = (...of: readonly (string | null)[]) =>
  is(pemFiles([CRT, HOST_KEY, ALL]), {
    kind: 'read',
    texts: of.map(text => (text === null ? null : keep(text))),
  })
const there = [
  directory,
  is(path(CRT), info()),
  ...[HOST_KEY, ALL].map(at => is(path(at), info({ mode: '0600' }))),
]
const whole = [...there, texts(CERTIFICATE, KEY, `${CERTIFICATE}${CHAIN}${KEY}`)]
const issued = (why: string) => [
  `issue a certificate for web1: ${why}`,
  ...[CRT, HOST_KEY, ALL].map(at => `write ${at}`),
]

export const cases: readonly Case[] = [
  {
    case: 'issues the first one',
    args,
    controller: controller(),
    answers: [directory, texts(null, null, null)],
    changes: issued('there is none'),
  },
  { case: 'leaves a good one', args, controller: controller(), answers: whole, converged: true },
  {
    case: 'renews when less than a third is left',
    args,
    controller: controller({ notAfter: new Date(NOW + 4 * DAY) }),
    answers: whole,
    changes: issued('it is valid until 2026-02-04'),
  },
  {
    case: 'issues for other names',
    args: { ...args, dns_names: ['web1', 'www'] },
    controller: controller(),
    answers: whole,
    changes: issued('it is for other names'),
  },
  {
    case: 'compares addresses however they are written',
    args: { ...args, dns_names: 'web1', addresses: 'FD77:0:0:1::11' },
    controller: controller({ addresses: ['fd77:0:0:1::11'] }),
    answers: whole,
    converged: true,
  },
  {
    case: 'issues when the authority is another',
    args,
    controller: controller({ issuerKeyId: 'old' }),
    answers: whole,
    changes: issued('another authority issued it'),
  },
  {
    case: 'issues when the key is of another certificate',
    args,
    controller: controller({}, false),
    answers: whole,
    changes: issued('the key belongs to another certificate'),
  },
  {
    case: 'issues when the key is gone',
    args,
    controller: controller(),
    answers: [...there, texts(CERTIFICATE, null, null)],
    changes: issued('there is no key'),
  },
  {
    case: 'completes a file from the others',
    args,
    controller: controller(),
    answers: [...there, texts(CERTIFICATE, KEY, `${CERTIFICATE}${KEY}`)],
    changes: [`write ${ALL}`],
  },
  {
    case: 'corrects who may read the key',
    args,
    controller: controller(),
    answers: [...whole, is(path(HOST_KEY), info({ mode: '0644' }))],
    changes: [`mode of ${HOST_KEY}`],
  },
  {
    case: 'takes your own',
    args: {
      certificate: `${CERTIFICATE}${CHAIN}`,
      key: KEY,
      path: CRT,
      key_path: HOST_KEY,
      combined_path: ALL,
    },
    controller: controller(),
    answers: [directory, texts(null, null, null)],
    changes: [CRT, HOST_KEY, ALL].map(at => `write ${at}`),
  },
  {
    case: 'refuses a key of another certificate',
    args: { certificate: CERTIFICATE, key: KEY, path: CRT, key_path: HOST_KEY, combined_path: ALL },
    controller: controller({}, false),
    answers: [directory, texts(null, null, null)],
    error: 'E_KEY',
  },
  {
    case: 'fails without the directory',
    args,
    controller: controller(),
    answers: [texts(null, null, null)],
    error: 'E_NO_DIRECTORY',
  },
]
