import type { IssuedCertificate } from '../../core/controller.ts'
import type { TlsWant } from './params.ts'

/** A file of the certificate's, and what of it the file holds. */
export interface TlsFile {
  readonly name: 'path' | 'key_path' | 'chain_path' | 'full_chain_path' | 'combined_path'
  readonly path: string
  readonly holdsKey: boolean
}

const PARTS = {
  path: ({ certificate }: Bundle) => certificate,
  key_path: ({ key }: Bundle) => key.reveal(),
  chain_path: ({ chain }: Bundle) => chain,
  full_chain_path: ({ certificate, chain }: Bundle) => `${certificate}${chain}`,
  combined_path: ({ certificate, chain, key }: Bundle) => `${certificate}${chain}${key.reveal()}`,
} as const

/** A certificate with what belongs to it, each PEM with a line break at its end. */
export interface Bundle extends IssuedCertificate {
  /** The certificates of its issuers. */
  readonly chain: string
}

/** The files that a task names. */
export const filesOf = (want: Pick<TlsWant, TlsFile['name']>): readonly TlsFile[] =>
  (Object.keys(PARTS) as TlsFile['name'][]).flatMap(name => {
    const path = want[name]
    const holdsKey = name === 'key_path' || name === 'combined_path'
    return path === undefined ? [] : [{ name, path, holdsKey }]
  })

/** What a file holds. */
export const textOf = ({ name }: TlsFile, bundle: Bundle): string => PARTS[name](bundle)

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g
const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/

/** The first certificate of a text and those that follow it. */
export const certificatesIn = (text: string): { first: string | undefined; rest: string } => {
  const [first, ...rest] = [...text.matchAll(CERTIFICATE)].map(([pem]) => `${pem}\n`)
  return { first, rest: rest.join('') }
}

/** The private key of a text. */
export const keyIn = (text: string): string | undefined => {
  const pem = KEY.exec(text)?.[0]
  return pem === undefined ? undefined : `${pem}\n`
}
