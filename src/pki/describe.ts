import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { canonicalAddress } from '../core/address.ts'
import type { CertificateDescription } from '../core/controller.ts'
import { UserError } from '../core/error.ts'
import type { Secret } from '../core/secret.ts'
import { AUTHORITY_KEY_ID, keyId, SUBJECT_KEY_ID } from './der.ts'

/** Reads a certificate, the first one where several stand in the text. */
export const describe = (pem: string): CertificateDescription => {
  const certificate = read(pem)
  const names = alternatives(certificate.subjectAltName ?? '')
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    dnsNames: names.filter(([type]) => type === 'DNS').map(([, name]) => name),
    addresses: names
      .filter(([type]) => type === 'IP Address')
      .map(([, address]) => canonicalAddress(address)),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    isAuthority: certificate.ca,
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    issuerKeyId: keyId(certificate.raw, AUTHORITY_KEY_ID),
    keyId: keyId(certificate.raw, SUBJECT_KEY_ID),
  }
}

/** Whether the private key (PEM) belongs to the certificate (PEM). */
export const belongsTogether = (certificate: string, key: Secret): boolean => {
  const { publicKey } = read(certificate)
  return publicKey.equals(publicOf(key))
}

const read = (pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new UserError('E_CERTIFICATE', 'this is not a certificate in PEM form', {
      hint: 'it begins with "-----BEGIN CERTIFICATE-----"',
      cause,
    })
  }
}

const publicOf = (key: Secret) => {
  try {
    return createPublicKey(createPrivateKey(key.reveal()))
  } catch (cause) {
    throw new UserError('E_KEY', 'this is not an unencrypted private key in PEM form', { cause })
  }
}

const oneLine = (name: string): string => name.split('\n').join(', ')

// `DNS:a.example, IP Address:192.0.2.7`; a name with odd characters stands in quotes.
const alternatives = (text: string): [type: string, value: string][] =>
  [...text.matchAll(/([A-Z][\w ]*):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(
    ([, type = '', value = '']) => [
      type,
      value.startsWith('"') ? (JSON.parse(value) as string) : value,
    ],
  )
