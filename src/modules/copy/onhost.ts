import { createHash } from 'node:crypto'
import { hashIs, replacing, type Replacing } from '../../core/replacing.ts'
import { sh, type Words } from '../../core/shell.ts'

/** A file of the host, with the hash that its content had when it was looked at. */
export interface Original {
  readonly from: string
  readonly sha256: string
}

/** The script that copies a file of the host to another place there. */
export const copyOnHost = ({ from, sha256 }: Original, how: Replacing): Words =>
  replacing(how, { stage: stageOf(how.to), content: sh`cat -- ${from}`, whole: hashIs(sha256) })

/** Neither planned at random nor shared by two files of a directory. */
const stageOf = (to: string): string =>
  `.provision-${createHash('sha256').update(to).digest('hex').slice(0, 16)}`
