import { randomBytes } from 'node:crypto'
import type { Put } from '../core/change.ts'
import { hashIs, replacing, sizeIs } from '../core/replacing.ts'
import { sh } from '../core/shell.ts'
import type { Output, Request } from '../core/wire.ts'

/**
 * Bytes of a file that is hashed before it takes the old one's place. Hashing more takes about as
 * long as sending it, and is left to the reading that proves the change.
 */
const MOST_HASHED = 16 * 1024 * 1024

/** The requests that carry the change out; nothing of it stays behind when they fail. */
export const putRequests = (change: Put): Request[] => {
  const { source } = change
  const script = replacing(change, {
    stage: `.provision-${randomBytes(8).toString('hex')}`,
    content: sh`cat`,
    whole: source.size > MOST_HASHED ? sizeIs(source.size) : hashIs(source.sha256),
  })
  return [{ script, source }]
}

const HINTS: Readonly<Record<number, string>> = {
  91: 'an earlier task has to make the directory',
  92: 'is the file system full, or read-only?',
  98: 'is it a bind mount? unsafe_writes: true writes it in place',
}

/** Why the change failed, in one message; undefined when it was carried out. */
export const putFailure = (change: Put, outputs: readonly Output[]): string | undefined => {
  const output = outputs.find(({ code }) => code !== 0)
  if (output === undefined) return undefined
  const said = output.stderr.toString('utf8').trim()
  const fact = output.code === -1 ? 'not done after an earlier failure' : said
  const hint = HINTS[output.code]
  const why = fact === '' ? `exit code ${output.code}` : fact
  return `${change.summary}: ${why}${hint === undefined ? '' : ` (${hint})`}`
}
