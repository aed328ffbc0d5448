import type { Event, HostCounts, RunSummary, TaskReport } from '../../src/core/event.ts'
import { LinesSink } from '../../src/report/lines.ts'
import { printable } from '../../src/report/printable.ts'
import { Redactor } from '../../src/report/redact.ts'
import type { Detail } from '../../src/report/detail.ts'
import { reported } from './reports.ts'

const at = { file: 'site.yml', line: 4, column: 7 }

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

const TEN = Array.from({ length: 10 }, (_, i) => `web${i + 1}`)

const changing = (path: string) => ({
  status: 'changed' as const,
  changes: [
    {
      summary: `write ${path}`,
      diff: { kind: 'text', path, before: 'a\n', after: 'b\n' } as const,
      unproved: false,
    },
  ],
})

interface Shown {
  readonly events: readonly Event[]
  readonly text: string
  readonly play?: readonly string[]
}

test.each([
  {
    case: 'hosts under what they came to, the worst first, each in the order of the play',
    events: task('T', { host: 'c' }, { host: 'b', status: 'changed' }, { host: 'a' }),
    text: '▸ T  changed: b  ok: a, c\n',
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
    text: '▸ T  changed: a, b\n  create /x (unproved)\n',
  },
  {
    case: 'a failure with its place, its code and its hint',
    events: task('T', { status: 'failed', message: 'no\nway', code: 'E_X', hint: 'try another' }),
    text: '▸ T  failed: a\n    site.yml:4:7: no\n    way [E_X]\n    hint: try another\n',
  },
  {
    case: 'a failure that was made good as such',
    events: task('T', { status: 'failed', message: 'no', forgiven: 'rescued' }),
    text: '▸ T  failed: a\n  failed (rescued) a\n    site.yml:4:7: no\n',
  },
  {
    case: 'items of a loop by their labels',
    events: task('T', { item: 'x' }, { item: 'y z', status: 'changed' }),
    text: '▸ T  changed: a\n  y z\n',
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
  {
    case: 'ten hosts with the same once, whoever came first',
    events: task('T', ...TEN.toReversed().map(host => ({ host, ...changing('/x') }))),
    play: TEN,
    text: [
      '▸ T  changed: web1, web2 … web10 (10 hosts)',
      '  write /x',
      '    --- /x',
      '    +++ /x',
      '    @@ -1,1 +1,1 @@',
      '    -a',
      '    +b',
      '',
    ].join('\n'),
  },
  {
    case: 'each kind of outcome and each kind of change by its hosts',
    events: task(
      'T',
      { host: 'a', ...changing('/x') },
      { host: 'b', ...changing('/y') },
      { host: 'c' },
    ),
    text: [
      '▸ T  changed: a, b  ok: c',
      ...['a', 'b'].flatMap((host, i) => [
        `  changed ${host}: write ${i === 0 ? '/x' : '/y'}`,
        `    --- ${i === 0 ? '/x' : '/y'}`,
        `    +++ ${i === 0 ? '/x' : '/y'}`,
        '    @@ -1,1 +1,1 @@',
        '    -a',
        '    +b',
      ]),
      '',
    ].join('\n'),
  },
  {
    case: 'items with the same on the same hosts once',
    events: task(
      'T',
      ...['a', 'b'].flatMap(host =>
        ['1', '2', '3', '4', '5', '6'].map(item => ({
          host,
          item,
          status: 'maybe' as const,
          message: 'nobody knows',
        })),
      ),
      { host: 'c', item: '1', status: 'maybe', message: 'nobody knows' },
    ),
    text: [
      '▸ T  maybe: a, b, c',
      '  maybe a, b, c (1)',
      '    nobody knows',
      '  maybe a, b (2, 3, 4, 5, 6)',
      '    nobody knows',
      '',
    ].join('\n'),
  },
  {
    case: 'all hosts that failed, however many',
    events: task('T', ...TEN.map(host => ({ host, status: 'failed' as const, message: 'no' }))),
    play: TEN,
    text: `▸ T  failed: ${TEN.join(', ')}\n    site.yml:4:7: no\n`,
  },
  {
    case: 'what several changes make of one thing under one head',
    events: task('T', {
      status: 'changed',
      changes: ['enable', 'start'].map(verb => ({
        summary: `${verb} x`,
        diff: {
          kind: 'fields',
          of: 'x.service',
          fields: [{ name: verb, before: 'no', after: 'yes' }],
        } as const,
        unproved: false,
      })),
    }),
    text: '▸ T  changed: a\n  enable x; start x\n    x.service\n      enable: no → yes\n      start: no → yes\n',
  },
  {
    case: 'that a loop over nothing did nothing',
    events: [...task('T'), ...task('U')],
    text: '· T  nothing to do\n· U  nothing to do\n',
  },
  {
    case: 'what is only planned as that',
    events: task(
      'T',
      { host: 'a', status: 'changed', planned: true },
      { host: 'b', status: 'maybe', planned: true, message: 'nobody knows' },
      { host: 'c', status: 'changed', planned: false },
    ),
    text: [
      '▸ T  may change: b  would change: a  changed: c',
      '  would change a',
      '  may change b',
      '    nobody knows',
      '  changed c',
      '',
    ].join('\n'),
  },
])('lines show $case', async ({ events, text, play: hosts = ['a', 'b', 'c'] }: Shown) => {
  const begin: Event = { kind: 'play started', play: 'Web', hosts }
  const shown = await write([begin, ...events], { diff: 'short' })
  expect(shown.slice(shown.indexOf('\n', 1) + 1)).toBe(text)
})

test('nothing of a task is written before it is over, and all of it when the next begins', async () => {
  let text = ''
  const detail = { diff: 'short', verbosity: 0, paint: (_: unknown, it: string) => it } as const
  const sink = new LinesSink({ redactor: new Redactor(), write: more => (text += more), detail })
  const written = async (event: Event | undefined): Promise<string> => {
    text = ''
    if (event !== undefined) sink.emit(event)
    await new Promise(resolve => setImmediate(resolve))
    return text
  }
  const [first, ...reports] = task('T', ...TEN.map(host => ({ host, ...changing('/x') })))
  await written({ kind: 'play started', play: 'Web', hosts: TEN })
  for (const event of [first, ...reports]) expect(await written(event)).toBe('')
  expect(await written(task('Next')[0])).toMatch(
    /^▸ T {2}changed: web1, web2 … web10 \(10 hosts\)\n/,
  )
  await sink.finished()
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
