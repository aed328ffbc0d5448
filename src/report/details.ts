import type { Diff } from '../core/diff.ts'
import { formatPosition } from '../core/error.ts'
import type { TaskReport } from '../core/event.ts'
import { paintStatus, type Paint } from './colour.ts'
import { allNamed, statusWord, type Detail } from './detail.ts'
import { shortList } from './names.ts'
import { printable } from './printable.ts'
import { shownDiff } from './showndiff.ts'

/** Reports that read the same. */
export interface Group {
  readonly report: TaskReport
  readonly hosts: readonly string[]
  /** Labels of the loop's items that they are of; none without a loop. */
  readonly items: readonly string[]
}

/** What became of a group; `told` where the title has said on which hosts and how it ended. */
export const describe = (group: Group, detail: Detail, title: 'told' | 'untold'): string[] => {
  const { report } = group
  return [
    ...headOf(group, detail, report.forgiven === undefined ? title : 'untold'),
    ...messageLines(report, detail.paint),
    ...diffLines(report, detail),
    ...resultLines(report, detail),
  ]
}

const headOf = (
  { report, hosts, items }: Group,
  detail: Detail,
  title: 'told' | 'untold',
): string[] => {
  const { paint, verbosity } = detail
  const what = report.changes.map(({ summary }) => printable(summary)).join('; ')
  const labels = items.map(item => printable(oneLine(item)))
  const item = labels.length === 0 ? '' : shortList(labels, 'items', verbosity > 0 ? 'all' : 'few')
  const unproved = isUnproved(report) ? paint('dim', ' (unproved)') : ''
  if (title === 'told') {
    const text = [item, what].filter(part => part !== '').join(': ')
    return text === '' ? [] : [indent(`${text}${unproved}`)]
  }
  const forgiven = report.forgiven === undefined ? '' : ` (${report.forgiven})`
  const named = shortList(hosts, 'hosts', allNamed(report, detail))
  const who = `${paintStatus(paint, report.status, statusWord(report))}${forgiven} ${named}`
  const of = item === '' ? '' : ` (${item})`
  return [indent(`${who}${of}${what === '' ? '' : `: ${what}`}${unproved}`)]
}

const isUnproved = ({ changes, status, planned }: TaskReport): boolean =>
  status === 'changed' && planned !== true && changes.some(change => change.unproved)

const messageLines = ({ message, status, hint, code, at }: TaskReport, paint: Paint): string[] => {
  if (message === null || (status === 'skipped' && message === '')) return []
  const failed = status === 'failed' || status === 'unreachable'
  const text = printable(message)
  const placed = failed && !text.startsWith(at.file) ? `${formatPosition(at)}: ${text}` : text
  const lines = [
    indent(`${failed ? paint('red', placed) : placed}${code === undefined ? '' : ` [${code}]`}`, 4),
  ]
  if (hint !== undefined) lines.push(indent(`hint: ${printable(hint)}`, 4))
  return lines
}

const diffLines = ({ changes }: TaskReport, { diff: length, paint }: Detail): string[] => {
  if (length === 'none') return []
  const diffs = joined(changes.flatMap(({ diff }) => diff ?? []))
  return diffs.flatMap(diff => shownDiff(diff, length, paint).map(line => indent(line, 4)))
}

/** What several changes alter of one thing stands under one head. */
const joined = (diffs: readonly Diff[]): readonly Diff[] => {
  const result: Diff[] = []
  for (const diff of diffs) {
    const last = result.at(-1)
    if (last?.kind === 'fields' && diff.kind === 'fields' && last.of === diff.of)
      result.splice(-1, 1, { ...last, fields: [...last.fields, ...diff.fields] })
    else result.push(diff)
  }
  return result
}

const resultLines = ({ result }: TaskReport, { verbosity }: Detail): string[] =>
  verbosity > 1 && result !== undefined && result !== null
    ? [indent(printable(JSON.stringify(result, undefined, 2)), 4)]
    : []

const MOST_LABEL = 120

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, MOST_LABEL)

/** Each line moved to the right. */
export const indent = (text: string, width = 2): string =>
  text
    .split('\n')
    .map(line => `${' '.repeat(width)}${line}`)
    .join('\n')
