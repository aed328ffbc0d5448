import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Fetch } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { sh } from '../core/shell.ts'
import type { As, Machine, Output } from '../core/wire.ts'

/** Bytes that are asked for at once, and kept in memory. */
const PIECE = 32 * 1024 * 1024

/** Copies the file to the controller: whole or not at all, and readable for its owner alone. */
export const fetchFile = async (
  machine: Machine,
  as: As,
  { from, to, summary }: Pick<Fetch, 'from' | 'to' | 'summary'>,
): Promise<void> => {
  const temporary = `${to}.${randomBytes(6).toString('hex')}`
  await mkdir(dirname(to), { recursive: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await copy(machine, as, { from, summary, file })
    await file.sync()
    await file.close()
    await rename(temporary, to)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw error
  }
}

const copy = async (
  machine: Machine,
  as: As,
  { from, summary, file }: { from: string; summary: string; file: FileHandle },
): Promise<void> => {
  const failed = (why: string): UserError => new UserError('E_FETCH', `${summary}: ${why}`)
  const good = (output: Output | undefined): Buffer => {
    if (output?.code === 0) return output.stdout
    throw failed(output?.stderr.toString('utf8').trim() ?? 'the host gave no answer')
  }
  const piece = (start: number) => ({
    script: sh`tail -c ${`+${start + 1}`} -- ${from} | head -c ${PIECE}`,
    afterSuccess: true,
  })
  const about = sh`[ -f ${from} ] || { echo ${`${from} is no regular file`} >&2; exit 1; }
set -e; sum=$(sha256sum <${from}); size=$(wc -c <${from}); echo $sum $size`
  // The first piece comes along with the question: most files need no second round trip.
  const [told, first] = await machine.run([{ script: about }, piece(0)], as)
  const [sum, , size] = good(told).toString('latin1').trim().split(/\s+/)
  const hash = createHash('sha256')
  let bytes = good(first)
  for (let at = 0; at < Number(size);) {
    if (bytes.length === 0) throw failed(`${from} became shorter while it was read`)
    hash.update(bytes)
    await file.writeFile(bytes)
    at += bytes.length
    if (at < Number(size)) bytes = good((await machine.run([piece(at)], as))[0])
  }
  if (hash.digest('hex') !== sum) throw failed(`${from} changed while it was read`)
}
