import type { HostCounts, RunSummary, TaskReport } from '../../src/core/event.ts'
import { Outlook } from '../../src/report/outlook.ts'
import { reported } from './reports.ts'

const plain = (_: unknown, text: string): string => text
const detail = { diff: 'short', verbosity: 0, paint: plain } as const

const planned = (parts: Partial<TaskReport>): TaskReport =>
  reported({ task: 'Site is there', role: 'nginx', planned: true, ...parts })

const change = (summary: string) => ({ summary, diff: undefined, unproved: false })

const writing = (file: string): Partial<TaskReport> => ({
  status: 'changed',
  changes: [change(`write ${file}`), change('reload nginx')],
})

const COUNTS: HostCounts = {
  ok: 0,
  changed: 0,
  maybe: 0,
  skipped: 0,
  failed: 0,
  rescued: 0,
  ignored: 0,
  unreachable: 0,
  unproved: 0,
}

const summary = (counts: Partial<HostCounts> = {}, interrupted = false): RunSummary => ({
  hosts: new Map(['a', 'b', 'c', 'd'].map(host => [host, { ...COUNTS, ...counts }])),
  roundTrips: new Map(),
  setupRoundTrips: new Map(),
  interrupted,
  ms: 1,
})

const after = (...reports: Partial<TaskReport>[]): Outlook => {
  const outlook = new Outlook(detail)
  for (const parts of reports) outlook.note(planned(parts))
  return outlook
}

test('hosts with the same stand together; what is certain comes before what is possible', () => {
  const same = ['a', 'b'].flatMap((host): Partial<TaskReport>[] => [
    { host, status: 'maybe', item: 'x', message: 'nobody knows' },
    { host, ...writing('/x') },
    { host },
  ])
  const outlook = after({ host: 'd', ...writing('/y') }, ...same, { host: 'c' })
  expect(outlook.lines(summary())).toEqual([
    '',
    'What a run would change',
    '  a, b: 1 change, 1 possible',
    '    write /x; reload nginx',
    '    perhaps nginx : Site is there (x)',
    '  d: 1 change',
    '    write /y; reload nginx',
  ])
})

test('a long list is cut, with how many are left out', () => {
  const many = Array.from({ length: 20 }, (_, i) => writing(`/x${i}`))
  const lines = after(...many).lines(summary())
  expect(lines).toHaveLength(3 + 15 + 1)
  expect(lines.at(2)).toBe('  a: 20 changes')
  expect(lines.at(-1)).toBe('    … and 5 more, see above')
})

test.each<{
  case: string
  reports: Partial<TaskReport>[]
  counts?: Partial<HostCounts>
  interrupted?: true
  advice: string
}>([
  {
    case: 'something would change: how to apply it',
    reports: [writing('/x')],
    advice: 'Nothing was changed. To apply this, run the same command without --dry-run.',
  },
  {
    case: 'something may change: the same',
    reports: [{ status: 'maybe' }],
    advice: 'Nothing was changed. To apply this, run the same command without --dry-run.',
  },
  {
    case: 'a task ran for real: that it did',
    reports: [{ ...writing('/x'), planned: false }],
    advice:
      'Nothing was changed, but by tasks with "check_mode: false". To apply this, run the same command without --dry-run.',
  },
  { case: 'nothing would: just that', reports: [{}], advice: 'Nothing would change.' },
  {
    case: 'a failure: to mend it first',
    reports: [writing('/x'), { status: 'failed' }],
    counts: { failed: 1 },
    advice: 'Where a host failed, nothing is known of what would have come after: mend that first.',
  },
  {
    case: 'an interruption: that nobody knows',
    reports: [writing('/x')],
    interrupted: true,
    advice: 'Nothing is known of what would have come after.',
  },
])('the last line says after $case', ({ reports, counts, interrupted, advice }) => {
  expect(after(...reports).advice(summary(counts, interrupted))).toBe(advice)
})
