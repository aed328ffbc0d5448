import type { Event, HostCounts, RunSummary, TaskReport } from '../../src/core/event.ts'
import { LinesSink } from '../../src/report/lines.ts'
import { printable } from '../../src/report/printable.ts'
import { Redactor } from '../../src/report/redact.ts'
import type { Detail } from '../../src/report/taskview.ts'

const at = { file: 'site.yml', line: 4, column: 7 }

const reported = (parts: Partial<TaskReport>): TaskReport => ({
  play: 'Web',
  task: 'T',
  role: undefined,
  at,
  host: 'a',
  status: 'ok',
  item: null,
  changes: [],
  message: null,
  hint: undefined,
  code: undefined,
  forgiven: undefined,
  handler: false,
  result: undefined,
  ms: 1,
  ...parts,
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

const summary = (hosts: Readonly<Record<string, Partial<HostCounts>>> = {}): RunSummary => ({
  hosts: new Map(Object.entries(hosts).map(([name, own]) => [name, { ...COUNTS, ...own }])),
  roundTrips: new Map(Object.keys(hosts).map(name => [name, 2])),
  setupRoundTrips: new Map(),
  interrupted: false,
  ms: 1234,
})

const write = async (events: readonly Event[], detail: Partial<Detail> = {}): Promise<string> => {
  let text = ''
  const sink = new LinesSink({
    redactor: new Redactor(),
    write: more => (text += more),
    detail: { diff: 'none', verbosity: 0, paint: (_, painted) => painted, ...detail },
  })
  for (const event of events) sink.emit(event)
  await sink.finished()
  return text
}

const task = (name: string, ...reports: Partial<TaskReport>[]): Event[] => [
  { kind: 'task started', task: name, role: undefined, at, handler: false },
  ...reports.map((parts): Event => ({
    kind: 'task done',
    report: reported({ task: name, ...parts }),
  })),
]

const play: Event = { kind: 'play started', play: 'Web', hosts: ['a', 'b', 'c'] }

test.each([
  {
    case: 'hosts under what they came to, the worst first, each in the order of the play',
    events: task('T', { host: 'c' }, { host: 'b', status: 'changed' }, { host: 'a' }),
    text: '▸ T  changed: b  ok: a, c\n  changed b\n',
  },
  {
    case: 'one line for a task that nobody has to look at',
    events: task(
      'T',
      { host: 'a' },
      { host: 'b', status: 'skipped', message: 'condition is false: x' },
    ),
    text: '· T  ok: a  skipped: b\n',
  },
  {
    case: 'the same change on several hosts once',
    events: task(
      'T',
      ...['a', 'b'].map(host => ({
        host,
        status: 'changed' as const,
        changes: [{ summary: 'create /x', diff: undefined, unproved: true }],
      })),
    ),
    text: '▸ T  changed: a, b\n  changed a, b: create /x (unproved)\n',
  },
  {
    case: 'a failure with its place, its code and its hint',
    events: task('T', { status: 'failed', message: 'no\nway', code: 'E_X', hint: 'try another' }),
    text: '▸ T  failed: a\n  failed a\n    site.yml:4:7: no\n    way [E_X]\n    hint: try another\n',
  },
  {
    case: 'a failure that was made good as such',
    events: task('T', { status: 'failed', message: 'no', forgiven: 'rescued' }),
    text: '▸ T  failed: a\n  failed (rescued) a\n    site.yml:4:7: no\n',
  },
  {
    case: 'items of a loop by their labels',
    events: task('T', { item: 'x' }, { item: 'y z', status: 'changed' }),
    text: '▸ T  changed: a\n  changed a (y z)\n',
  },
  {
    case: 'what debug says, hosts that say the same together',
    events: [
      ...task('T'),
      { kind: 'said', host: 'a', text: 'hello' } as const,
      { kind: 'said', host: 'b', text: 'hello' } as const,
      { kind: 'task done', report: reported({}) } as const,
    ],
    text: '▸ T  ok: a\n  a, b: hello\n',
  },
])('lines show $case', async ({ events, text }) => {
  expect(await write([play, ...events])).toBe(`\nWeb  a, b, c\n${text}`)
})

test('a diff is shown when it is asked for', async () => {
  const diff = { kind: 'text', path: '/x', before: 'one\ntwo\n', after: 'one\n2\n' } as const
  const events = task('T', {
    status: 'changed',
    changes: [{ summary: 'write /x', diff, unproved: false }],
  })
  expect(await write(events)).not.toContain('@@')
  expect(await write(events, { diff: 'short' })).toContain(
    '    --- /x\n    +++ /x\n    @@ -1,2 +1,2 @@\n     one\n    -two\n    +2\n',
  )
})

test('the recap names what happened on each host, and what nobody has only where somebody has it', async () => {
  const text = await write([
    {
      kind: 'run ended',
      summary: summary({ web1: { ok: 3, changed: 1 }, db: { failed: 1, rescued: 1 } }),
    },
  ])
  expect(text).toBe(
    [
      '',
      'web1  ok=3    changed=1    failed=0    rescued=0    unreachable=0    round trips=2',
      'db    ok=0    changed=0    failed=1    rescued=1    unreachable=0    round trips=2',
      'done in 1.2 s',
      '',
    ].join('\n'),
  )
})

const CONTROLS = [
  '\u001b[2J',
  '\u0007',
  '\b',
  '\u009b31m',
  '\u202e',
  '\r',
  '\u0000',
  '\u007f',
  '\u001b]0;t\u0007',
]

test.each(CONTROLS)('no control character of a host reaches the terminal: %j', async control => {
  const text = `before${control}after`
  const change = {
    summary: text,
    unproved: false,
    diff: { kind: 'text', path: text, before: text, after: `${text}!` } as const,
  }
  const shown = await write(
    [
      { kind: 'warning', message: text, at: undefined },
      ...task(text, {
        status: 'failed',
        item: text,
        message: text,
        hint: text,
        changes: [change],
        result: { stdout: text },
      }),
      { kind: 'said', host: 'a', text },
      ...task('Other'),
    ],
    { diff: 'short', verbosity: 3 },
  )
  expect(shown).toContain('before')
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
})

test.each([
  { text: 'tab\tand\nline', shown: 'tab\tand\nline' },
  { text: 'a\r\nb', shown: 'a\nb' },
  { text: '\u001b[31mred', shown: '\\x1b[31mred' },
  { text: 'pässwörd 🔑', shown: 'pässwörd 🔑' },
])('$text is printed as $shown', ({ text, shown }) => {
  expect(printable(text)).toBe(shown)
})
