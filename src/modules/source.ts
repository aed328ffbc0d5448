import { wholeOf, type Source } from '../core/wire.ts'
import { contentOf, MOST_CONTENT, type Content } from '../probes/content.ts'

/** A file of the host itself. */
export interface OnHost {
  readonly from: string
}

/** A file to be written, with what it will hold. */
export interface NewContent {
  readonly source: Source | OnHost
  readonly content: Content
}

/** Text or bytes that are at hand. */
export const fromBytes = (bytes: Buffer | string): NewContent => {
  const buffer = Buffer.from(bytes)
  const content = contentOf(buffer)
  const { size, sha256 } = content
  return { source: { size, sha256, open: () => [buffer] }, content }
}

/** A file of the controller; its bytes are read only where a diff and later tasks may need them. */
export const fromSource = async (source: Source): Promise<NewContent> => {
  if (source.size > MOST_CONTENT)
    return { source, content: { size: source.size, sha256: source.sha256, bytes: undefined } }
  const { source: bytes, content } = fromBytes(await wholeOf(source))
  return { source: source.mode === undefined ? bytes : { ...bytes, mode: source.mode }, content }
}

/** Text that is UTF-8 through and through; undefined for anything else. */
export const asText = (bytes: Buffer | undefined): string | undefined => {
  if (bytes === undefined || bytes.includes(0)) return undefined
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? text : undefined
}
