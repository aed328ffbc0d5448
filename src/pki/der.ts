/** Identifiers of extensions, in DER: subjectKeyIdentifier and authorityKeyIdentifier. */
export const SUBJECT_KEY_ID = Buffer.from('0603551d0e', 'hex')
export const AUTHORITY_KEY_ID = Buffer.from('0603551d23', 'hex')

const OCTET_STRING = 0x04
const SEQUENCE = 0x30
const BOOLEAN = 0x01
// [0] of AuthorityKeyIdentifier: the key's identifier.
const KEY_IDENTIFIER = 0x80

interface Element {
  readonly tag: number
  readonly content: Buffer
  readonly end: number
}

/** A key identifier of a certificate in hexadecimal, which Node's own reader does not give. */
export const keyId = (certificate: Buffer, extension: Buffer): string | undefined => {
  const at = certificate.indexOf(extension)
  if (at < 0) return undefined
  let value = element(certificate, at + extension.length)
  // `critical` may stand in between.
  if (value?.tag === BOOLEAN) value = element(certificate, value.end)
  if (value?.tag !== OCTET_STRING) return undefined
  const inner = element(value.content, 0)
  if (inner?.tag === OCTET_STRING) return inner.content.toString('hex')
  if (inner?.tag !== SEQUENCE) return undefined
  const first = element(inner.content, 0)
  return first?.tag === KEY_IDENTIFIER ? first.content.toString('hex') : undefined
}

const element = (bytes: Buffer, at: number): Element | undefined => {
  const [tag, short] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || short === undefined) return undefined
  // From 0x80 on, the low bits say how many bytes the length has.
  const extra = short < 0x80 ? 0 : short - 0x80
  if (extra > 4) return undefined
  const start = at + 2 + extra
  const length = extra === 0 ? short : bytes.readUIntBE(at + 2, extra)
  return { tag, content: bytes.subarray(start, start + length), end: start + length }
}
