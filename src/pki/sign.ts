import { randomBytes, sign, type KeyObject } from 'node:crypto'
import type { pki as Pki } from 'node-forge'
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
  { publicKey, privateKey }: { publicKey: string; privateKey: KeyObject },
  validity: Validity,
): Promise<string> => {
  const forge = await loadForge()
  const certificate = await blank(publicKey, validity)
  const name = [{ name: 'commonName', value: commonName }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  return signed(forge, certificate, privateKey)
}

/** A host's certificate for its key. */
export const signCertificate = async (
  request: CertificateRequest & { readonly publicKey: string; readonly now: Date },
  signer: Signer,
): Promise<string> => {
  const forge = await loadForge()
  const { commonName, dnsNames, addresses, publicKey } = request
  const authority = forge.pki.certificateFromPem(signer.certificate)
  const certificate = await blank(publicKey, request)
  certificate.setSubject(
    commonName.length > MOST_NAME ? [] : [{ name: 'commonName', value: commonName }],
  )
  certificate.setIssuer(authority.subject.attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    { name: 'subjectKeyIdentifier' },
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
  return signed(forge, certificate, signer.key)
}

const DNS_NAME = 2
const IP_ADDRESS = 7

const blank = async (publicKey: string, { now, days }: Validity): Promise<Pki.Certificate> => {
  const forge = await loadForge()
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  // Sixteen random bytes; the first keeps the number positive and of full length.
  certificate.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`
  certificate.validity.notBefore = new Date(now.getTime() - BACKDATED_MS)
  certificate.validity.notAfter = new Date(now.getTime() + days * DAY_MS)
  return certificate
}

type Forge = Awaited<ReturnType<typeof loadForge>>

// Node signs, so that the authority's key never leaves its key object.
const signed = (forge: Forge, certificate: Pki.Certificate, key: KeyObject): string => {
  const algorithm = forge.pki.oids['sha256WithRSAEncryption'] ?? ''
  certificate.signatureOid = algorithm
  certificate.siginfo.algorithmOid = algorithm
  certificate.signature = ''
  const [content] = forge.pki.certificateToAsn1(certificate).value
  if (content === undefined || typeof content === 'string') throw new Error('no content to sign')
  certificate.tbsCertificate = content
  const bytes = Buffer.from(forge.asn1.toDer(content).getBytes(), 'latin1')
  certificate.signature = sign('sha256', bytes, key).toString('latin1')
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n')
}
