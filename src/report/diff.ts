import { structuredPatch } from 'diff'
import type { BytesDiff, Diff, FieldsDiff, TextDiff } from '../core/diff.ts'

const CONTEXT = 3

/** A diff as text, without colour: unified for text, one line for each field, size and hash for bytes. */
export const renderDiff = (diff: Diff): string => {
  switch (diff.kind) {
    case 'text':
      return renderText(diff)
    case 'fields':
      return renderFields(diff)
    case 'bytes':
      return renderBytes(diff)
  }
}

const renderText = ({ path, before, after }: TextDiff): string => {
  const patch = structuredPatch(path, path, before ?? '', after ?? '', '', '', { context: CONTEXT })
  const head = [
    `--- ${before === null ? '/dev/null' : path}`,
    `+++ ${after === null ? '/dev/null' : path}`,
  ]
  const hunks = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    ...lines,
  ])
  return [...head, ...hunks].join('\n')
}

/** No lines at all stand after the line before them, as `patch` reads it. */
const range = (start: number, count: number): string =>
  `${count === 0 ? start - 1 : start},${count}`

const renderFields = ({ of, fields }: FieldsDiff): string =>
  [
    of,
    ...fields.map(
      ({ name, before, after }) => `  ${name}: ${before ?? '(none)'} → ${after ?? '(none)'}`,
    ),
  ].join('\n')

const renderBytes = ({ path, before, after }: BytesDiff): string =>
  `${path}: ${fingerprint(before)} → ${fingerprint(after)}`

const fingerprint = (of: BytesDiff['before']): string =>
  of === null ? '(no file)' : `${of.size} bytes, sha256 ${of.sha256.slice(0, 12)}`
