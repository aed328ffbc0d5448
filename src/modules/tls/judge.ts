import { canonicalAddress } from '../../core/address.ts'
import type { Authority, CertificateRequest, Pki } from '../../core/controller.ts'
import { UserError } from '../../core/error.ts'
import { keep } from '../../core/secret.ts'
import type { PemFiles } from '../../probes/pem.ts'
import { certificatesIn, keyIn, type Bundle, type TlsFile } from './files.ts'
import type { TlsWant } from './params.ts'

/** What planning needs of the controller. */
export interface Ready {
  readonly authority: Authority | null
  readonly pki: Pick<Pki, 'describe' | 'belongsTogether'>
  readonly now: Date
}

/** What a certificate is issued for. */
export const requestOf = (want: TlsWant): CertificateRequest => ({
  commonName: want.common_name ?? '',
  dnsNames:
    want.dns_names.length === 0 && want.addresses.length === 0
      ? [want.common_name ?? '']
      : want.dns_names,
  addresses: want.addresses.map(canonicalAddress),
  days: want.days,
})

/** The certificate and key that stand on the host; a sentence that says why they do not do. */
export const standing = (
  want: TlsWant,
  files: readonly TlsFile[],
  { found, ready }: { found: PemFiles & { kind: 'read' }; ready: Ready },
): Bundle | string => {
  const textIn = (...names: readonly TlsFile['name'][]): string | undefined => {
    const index = names.map(name => files.findIndex(f => f.name === name)).find(i => i >= 0)
    return found.texts[index ?? -1]?.reveal()
  }
  const text = textIn('path', 'full_chain_path', 'combined_path')
  const certificate = text === undefined ? undefined : certificatesIn(text).first
  const key = keyIn(textIn('key_path', 'combined_path') ?? '')
  if (certificate === undefined) return 'there is none'
  if (key === undefined) return 'there is no key'
  const why = unfit(want, certificate, ready)
  if (why !== undefined) return why
  const bundle = { certificate, chain: ready.authority?.certificate ?? '', key: keep(key) }
  return belongs(ready, bundle) ? bundle : 'the key belongs to another certificate'
}

const unfit = (want: TlsWant, pem: string, { pki, authority, now }: Ready): string | undefined => {
  const is = described(pki, pem)
  if (is === undefined) return 'it cannot be read'
  const request = requestOf(want)
  const left = is.notAfter.getTime() - now.getTime()
  const life = is.notAfter.getTime() - is.notBefore.getTime()
  if (authority === null || is.issuerKeyId !== authority.description.keyId)
    return 'another authority issued it'
  if (is.subject !== `CN=${request.commonName}` && request.commonName.length <= 64)
    return 'it is for another name'
  if (!sameWords(is.dnsNames, request.dnsNames)) return 'it is for other names'
  if (!sameWords(is.addresses, request.addresses)) return 'it is for other addresses'
  // A date and no count of days: tomorrow the same is to be said of the same certificate.
  if (left < life / 3) return `it is valid until ${is.notAfter.toISOString().slice(0, 10)}`
  return undefined
}

// A damaged file is replaced, not a reason to fail.
const described = (pki: Ready['pki'], pem: string) => {
  try {
    return pki.describe(pem)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

const belongs = ({ pki }: Ready, { certificate, key }: Bundle): boolean => {
  try {
    return pki.belongsTogether(certificate, key)
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

const sameWords = (one: readonly string[], other: readonly string[]): boolean =>
  one.toSorted().join(' ') === other.toSorted().join(' ')

/** The user's own certificate; throws UserError where it and its key do not fit. */
export const ownBundle = (want: TlsWant, { pki }: Ready): Bundle => {
  const { first, rest } = certificatesIn(want.certificate ?? '')
  const key = keyIn(want.key?.reveal() ?? '')
  if (first === undefined || key === undefined)
    throw new UserError('E_CERTIFICATE', 'certificate and key must be texts in PEM form')
  const bundle = { certificate: first, chain: rest, key: keep(key) }
  if (pki.belongsTogether(first, bundle.key)) return bundle
  throw new UserError('E_KEY', 'the key does not belong to the certificate')
}
