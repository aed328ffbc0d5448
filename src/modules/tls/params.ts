import {
  absolutePath,
  integer,
  list,
  mode,
  optional,
  secret,
  text,
  withDefault,
  type Want,
} from '../../core/schema.ts'
import { account, host, line, path, shapeOf } from '../../core/shapes.ts'
import { passphraseOf } from './passphrase.ts'

const address = shapeOf('^[0-9A-Fa-f.:]+$', 'an IP address')

/** The parameters of `tls_certificate`. */
export const TLS_PARAMS = {
  path: optional(absolutePath('The certificate on the host, PEM.')),
  key_path: optional(absolutePath('Its private key.')),
  chain_path: optional(absolutePath("The authority's certificate alone.")),
  full_chain_path: optional(absolutePath('The certificate, then the chain.')),
  combined_path: optional(
    absolutePath('Certificate, chain and key in one file, as HAProxy reads it.'),
  ),
  authority: optional(
    path('Directory of the authority on the controller, as tls_authority made it.'),
  ),
  passphrase: optional(secret("Opens the authority's key.")),
  common_name: optional(
    line('The name of the subject; also a DNS name unless dns_names are given.'),
  ),
  dns_names: withDefault(list(host('A DNS name.'), 'DNS names that the certificate is for.'), []),
  addresses: withDefault(list(address('An IP address.'), 'IP addresses that it is for.'), []),
  days: withDefault(
    integer('Days that it is valid; it is renewed when less than a third of them is left.'),
    90,
  ),
  certificate: optional(
    text('A certificate of your own with its chain, PEM, instead of an authority.'),
  ),
  key: optional(secret('The private key of your own certificate, PEM.')),
  owner: optional(account('Account that owns the files.')),
  group: optional(account('Group of the files.')),
  mode: withDefault(mode('Permissions of the files that hold the key.'), '0600'),
}

export type TlsWant = Want<typeof TLS_PARAMS>

/** Rules over several parameters. */
export const checkTls = (want: Partial<TlsWant>): string | undefined => {
  const own = want.certificate !== undefined && want.certificate !== ''
  if (own === (want.authority !== undefined))
    return 'give either authority, which issues a certificate, or certificate and key'
  if (own && passphraseOf(want.key) === undefined) return 'certificate needs its key'
  if (!own && want.common_name === undefined) return 'authority needs a common_name to issue for'
  if ((want.path ?? want.full_chain_path ?? want.combined_path) === undefined)
    return 'say where the certificate goes: path, full_chain_path or combined_path'
  if ((want.key_path ?? want.combined_path) === undefined)
    return 'say where the key goes: key_path or combined_path'
  return undefined
}
