import type { Secret } from './secret.ts'
import type { Source } from './wire.ts'

/** A file below a directory that is copied as a tree. */
export interface TreeEntry {
  /** Relative to the directory, with `/`. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'link'
  /** Octal digits of the controller's file, such as `0644`. */
  readonly mode: string
  /** For a link, what it points to. */
  readonly target?: string
  /** For a file. */
  readonly source?: Source
}

/** What a module may read on the controller while it prepares; it changes nothing there. */
export interface Controller {
  /** A file found as the task's own files are: role's `files/`, the playbook's, then as given. */
  file(src: string): Promise<Source>
  /** What `src` is on the controller. */
  kindOf(src: string): Promise<'file' | 'directory'>
  /** Everything below a directory, parents before children, sorted by path. */
  tree(src: string): Promise<readonly TreeEntry[]>
  /** The text of a template found in `templates/`, rendered with the task's variables. */
  template(src: string, options: TemplateOptions): Promise<string>
  /** The run's start, the same for every task of a run. */
  readonly now: Date
  readonly pki: Pki
}

/** How a template file is read; Ansible's defaults. */
export interface TemplateOptions {
  readonly trimBlocks: boolean
  readonly lstripBlocks: boolean
}

/** The fleet's certificate authority, kept on the controller. */
export interface Pki {
  /** The authority in `directory`; null when there is none yet. */
  authority(directory: string, passphrase: Secret | undefined): Promise<Authority | null>
  /** Makes the authority: writes its certificate and its key, readable by the owner only. */
  createAuthority(request: AuthorityRequest): Promise<Authority>
  /** Reads a certificate that a host or a user has; throws UserError for text that is none. */
  describe(pem: string): CertificateDescription
  /** Whether `key` (PEM) belongs to `certificate` (PEM). */
  belongsTogether(certificate: string, key: Secret): boolean
}

export interface AuthorityRequest {
  readonly directory: string
  readonly commonName: string
  readonly days: number
  /** Encrypts the key; without it the key is readable by its owner only. */
  readonly passphrase: Secret | undefined
}

export interface Authority {
  readonly certificate: string
  readonly description: CertificateDescription
  /** A new key and certificate; nothing of it is kept on the controller. */
  issue(request: CertificateRequest): Promise<IssuedCertificate>
}

export interface CertificateRequest {
  readonly commonName: string
  readonly dnsNames: readonly string[]
  readonly addresses: readonly string[]
  readonly days: number
}

export interface IssuedCertificate {
  /** The certificate alone, PEM. */
  readonly certificate: string
  readonly key: Secret
}

export interface CertificateDescription {
  readonly subject: string
  readonly issuer: string
  readonly dnsNames: readonly string[]
  readonly addresses: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  readonly isAuthority: boolean
  /** SHA-256 of the DER form, lower-case hexadecimal. */
  readonly fingerprint: string
  /** Key identifier of the issuer (authorityKeyIdentifier), hexadecimal; undefined without. */
  readonly issuerKeyId: string | undefined
  readonly keyId: string | undefined
}
