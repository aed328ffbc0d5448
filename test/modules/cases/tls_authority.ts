import type { Authority, Pki } from '../../../src/core/controller.ts'
import type { Case } from '../model.ts'

const DAY = 86_400_000
// The run's start in model.ts.
const NOW = new Date('2026-01-31T23:59:59Z').getTime()

const controller = (days: number): { pki: Pki } => {
  const authority: Authority = {
    certificate: 'PEM',
    description: {
      subject: 'CN=fleet',
      issuer: 'CN=fleet',
      dnsNames: [],
      addresses: [],
      notBefore: new Date(0),
      notAfter: new Date(NOW + days * DAY),
      isAuthority: true,
      fingerprint: 'f',
      issuerKeyId: undefined,
      keyId: 'ca',
    },
    issue: () => Promise.reject(new Error('planning issues nothing')),
  }
  return {
    pki: {
      authority: () => Promise.resolve(authority),
      createAuthority: () => Promise.resolve(authority),
      describe: () => authority.description,
      belongsTogether: () => true,
    },
  }
}

// What stands on the controller is read by `prepare`: making it is tested beside the module.
export const cases: readonly Case[] = [
  {
    case: 'leaves an authority that stands',
    args: { directory: '/ca', common_name: 'fleet', passphrase: '' },
    controller: controller(1000),
    converged: true,
  },
  {
    case: 'does not take another authority for its own',
    args: { directory: '/ca', common_name: 'other' },
    controller: controller(1000),
    error: 'E_AUTHORITY',
  },
  {
    case: 'names one that has expired',
    args: { directory: '/ca', common_name: 'fleet' },
    controller: controller(0),
    error: 'E_AUTHORITY',
  },
]
