import { structuredPatch } from 'diff'
import type { BytesDiff, Diff, FieldsDiff, TextDiff } from '../core/diff.ts'
import { MASK } from './redact.ts'

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
    case 'lines':
      return diff.lines.join('\n')
  }
}

const renderText = ({ path, before, after }: TextDiff): string => {
  if (before !== null && before === after) return `${path}: only secrets differ`
  const patch = structuredPatch(path, path, before ?? '', after ?? '', '', '', { context: CONTEXT })
  const head = [
    `--- ${before === null ? '/dev/null' : path}`,
    `+++ ${after === null ? '/dev/null' : path}`,
  ]
  const hunks = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    ...withoutOldSecrets(lines),
  ])
  return [...head, ...hunks].join('\n')
}

/** No lines at all stand after the line before them, as `patch` reads it. */
const range = (start: number, count: number): string =>
  `${count === 0 ? start - 1 : start},${count}`

/**
 * A secret that has been replaced is nowhere registered: where new lines hold a mask, the old lines
 * of the same place are hidden from where the new ones' secrets begin, or as a whole.
 */
const withoutOldSecrets = (lines: readonly string[]): readonly string[] => {
  const result = [...lines]
  for (let start = 0; start < lines.length; start++) {
    let end = start
    while (isOld(lines[end]) || isNew(lines[end])) end++
    const block = lines.slice(start, end)
    const heads = block.filter(isNew).flatMap(headOfMask)
    const old = block.filter(isOld)
    const whole = heads.some(head => !old.some(line => line.startsWith(head, 1)))
    for (const [i, line] of block.entries())
      if (isOld(line)) result[start + i] = hidden(line, whole ? [''] : heads)
    start = end
  }
  return result
}

const isOld = (line: string | undefined): boolean => line?.startsWith('-') === true
const isNew = (line: string | undefined): boolean => line?.startsWith('+') === true

const headOfMask = (line: string): string[] => {
  const at = line.indexOf(MASK)
  return at < 0 ? [] : [line.slice(1, at).trimEnd()]
}

const hidden = (line: string, heads: readonly string[]): string => {
  const head = heads.find(one => line.startsWith(one, 1))
  return head === undefined ? line : `-${head}${MASK}`
}

const renderFields = ({ of, fields }: FieldsDiff): string =>
  [
    of,
    ...fields.map(({ name, before, after }) => {
      const isSecret = before !== null && after?.includes(MASK) === true
      return `  ${name}: ${isSecret ? MASK : (before ?? '(none)')} → ${after ?? '(none)'}`
    }),
  ].join('\n')

const renderBytes = ({ path, before, after }: BytesDiff): string =>
  `${path}: ${fingerprint(before)} → ${fingerprint(after)}`

const fingerprint = (of: BytesDiff['before']): string =>
  of === null ? '(no file)' : `${of.size} bytes, sha256 ${of.sha256.slice(0, 12)}`
