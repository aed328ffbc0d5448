import { randomBytes } from 'node:crypto'
import type { Put } from '../core/change.ts'
import { hashIs, replacing, sizeIs } from '../core/replacing.ts'
import { constant, sh } from '../core/shell.ts'
import type { Output, Request } from '../core/wire.ts'

/**
 * Bytes of a file that is hashed before it takes the old one's place. Hashing more takes about as
 * long as sending it, and is left to the reading that proves the change.
 */
const MOST_HASHED = 16 * 1024 * 1024

/*
 * What is there already is flushed while more of it comes: otherwise all of a large file would be
 * flushed at the end. What a last flush may still be at, the one after the content waits for, too.
 */
const FLUSHED_AS_IT_COMES = constant(`
{ while sleep 1 && sync "./$name"; do :; done; } </dev/null >/dev/null 2>&1 8<&- 9>&- &
cat
came=$?
kill $!
return $came`)

/** The requests that carry the change out; nothing of it stays behind when they fail. */
export const putRequests = (change: Put): Request[] => {
  const { source } = change
  const isLarge = source.size > MOST_HASHED
  const script = replacing(change, {
    stage: `.provision-${randomBytes(8).toString('hex')}`,
    content: isLarge ? FLUSHED_AS_IT_COMES : sh`cat`,
    whole: isLarge ? sizeIs(source.size) : hashIs(source.sha256),
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
