import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto'
import type { asn1, pki as Pki } from 'node-forge'
import type { CertificateRequest } from '../core/controller.ts'

// Loading it takes longer than a run that issues nothing should wait.
const loadForge = async () => (await import('node-forge')).default

// Clocks of hosts differ by a little.
const BACKDATED_MS = 5 * 60_000
const DAY_MS = 86_400_000
// X.520's limit for a common name; a longer one stands among the alternative names alone.
const MOST_NAME = 64

interface Validity {
  readonly now: Date
  readonly days: number
}

/** Who signs: the authority's certificate (PEM) and its key. */
export interface Signer {
  readonly certificate: string
  readonly key: KeyObject
}

/** An authority's certificate, signed by its own key. */
export const signAuthority = async (
  commonName: string,
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  validity: Validity,
): Promise<string> => {
  const forge = await loadForge()
  const subject = keyInfo(forge, publicKey)
  const certificate = blank(forge, validity)
  const name = [{ name: 'commonName', value: commonName }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    identifierOf(forge, subject),
  ])
  return signed(forge, certificate, { subject, key: privateKey })
}

/** A host's certificate for its key. */
export const signCertificate = async (
  request: CertificateRequest & { readonly publicKey: KeyObject; readonly now: Date },
  signer: Signer,
): Promise<string> => {
  const forge = await loadForge()
  const { commonName, dnsNames, addresses, publicKey } = request
  const authority = forge.pki.certificateFromPem(signer.certificate)
  const subject = keyInfo(forge, publicKey)
  const certificate = blank(forge, request)
  certificate.setSubject(
    commonName.length > MOST_NAME ? [] : [{ name: 'commonName', value: commonName }],
  )
  certificate.setIssuer(authority.subject.attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    identifierOf(forge, subject),
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: authority.generateSubjectKeyIdentifier().getBytes(),
    },
    {
      name: 'subjectAltName',
      altNames: [
        ...dnsNames.map(value => ({ type: DNS_NAME, value })),
        ...addresses.map(ip => ({ type: IP_ADDRESS, ip })),
      ],
    },
  ])
  return signed(forge, certificate, { subject, key: signer.key })
}

const DNS_NAME = 2
const IP_ADDRESS = 7

type Asn1 = asn1.Asn1
type Forge = Awaited<ReturnType<typeof loadForge>>

const blank = (forge: Forge, { now, days }: Validity): Pki.Certificate => {
  const certificate = forge.pki.createCertificate()
  // Sixteen random bytes; the first keeps the number positive and of full length.
  certificate.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`
  certificate.validity.notBefore = new Date(now.getTime() - BACKDATED_MS)
  certificate.validity.notAfter = new Date(now.getTime() + days * DAY_MS)
  // Forge knows keys of RSA alone; the real one takes its place in what is signed.
  const one = new forge.jsbn.BigInteger('1')
  certificate.publicKey = forge.pki.setRsaPublicKey(one, one)
  return certificate
}

/** Its types know of fewer options than it takes. */
interface Reader {
  fromDer(bytes: string, options: { readonly decodeBitStrings: boolean }): Asn1
}

/** A public key as a certificate holds it (RFC 5280, SubjectPublicKeyInfo). */
const keyInfo = (forge: Forge, key: KeyObject): Asn1 => {
  const bytes = key.export({ type: 'spki', format: 'der' }).toString('latin1')
  return (forge.asn1 as unknown as Reader).fromDer(bytes, { decodeBitStrings: false })
}

/** The hash of the key's bits, by which certificates name it (RFC 5280, 4.2.1.2). */
const identifierOf = (forge: Forge, subject: Asn1): { id: string; value: string } => {
  const bits = (subject.value[1] as Asn1).value as string
  // The first byte says how many bits of the last are unused.
  const hash = createHash('sha1')
    .update(Buffer.from(bits.slice(1), 'latin1'))
    .digest()
    .toString('latin1')
  const { asn1 } = forge
  const value = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OCTETSTRING, false, hash)
  return { id: SUBJECT_KEY_IDENTIFIER, value: asn1.toDer(value).getBytes() }
}

const SUBJECT_KEY_IDENTIFIER = '2.5.29.14'
/** Where the key stands in what is signed (RFC 5280, TBSCertificate). */
const SUBJECT_KEY = 6

interface Signing {
  readonly subject: Asn1
  readonly key: KeyObject
}

// Node signs, so that the authority's key never leaves its key object.
const signed = (forge: Forge, certificate: Pki.Certificate, { subject, key }: Signing): string => {
  const algorithm = forge.pki.oids['sha256WithRSAEncryption'] ?? ''
  certificate.signatureOid = algorithm
  certificate.siginfo.algorithmOid = algorithm
  certificate.signature = ''
  const [content] = forge.pki.certificateToAsn1(certificate).value
  if (content === undefined || typeof content === 'string' || typeof content.value === 'string')
    throw new Error('no content to sign')
  content.value[SUBJECT_KEY] = subject
  certificate.tbsCertificate = content
  const bytes = Buffer.from(forge.asn1.toDer(content).getBytes(), 'latin1')
  certificate.signature = sign('sha256', bytes, key).toString('latin1')
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n')
}
