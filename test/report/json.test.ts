import type { Event, TaskReport } from '../../src/core/event.ts'
import { JsonSink } from '../../src/report/json.ts'
import { Redactor } from '../../src/report/redact.ts'

const at = { file: 'roles/nginx/tasks/main.yml', line: 12, column: 3 }

const report: TaskReport = {
  play: 'Web servers',
  task: 'Site is there',
  role: 'nginx',
  at,
  host: 'web1',
  status: 'changed',
  item: null,
  changes: [
    {
      summary: 'write /etc/x',
      diff: { kind: 'text', path: '/etc/x', before: null, after: 'a\n' },
      unproved: false,
    },
    { summary: 'restart nginx', diff: undefined, unproved: true },
  ],
  message: null,
  hint: undefined,
  code: undefined,
  forgiven: undefined,
  handler: false,
  result: { changed: true },
  ms: 12,
}

const counts = {
  ok: 40,
  changed: 3,
  maybe: 0,
  skipped: 5,
  failed: 0,
  rescued: 0,
  ignored: 0,
  unreachable: 0,
  unproved: 0,
}

const events: readonly Event[] = [
  { kind: 'run started', playbooks: ['site.yml'], dryRun: true },
  { kind: 'play started', play: 'Web servers', hosts: ['web1'] },
  { kind: 'task started', task: 'Site is there', role: 'nginx', at, handler: false },
  { kind: 'said', host: 'web1', text: 'hello' },
  { kind: 'task done', report },
  {
    kind: 'task done',
    report: {
      ...report,
      role: undefined,
      status: 'failed',
      item: 'one',
      changes: [],
      message: 'no\u009b31m',
      code: 'E_X',
      forgiven: 'ignored',
      handler: true,
    },
  },
  { kind: 'warning', message: 'careful\u001b', at },
  {
    kind: 'run ended',
    summary: {
      hosts: new Map([['web1', counts]]),
      roundTrips: new Map([['web1', 2]]),
      setupRoundTrips: new Map([['web1', 6]]),
      interrupted: false,
      ms: 812,
    },
  },
]

const written = (): { out: string; err: string } => {
  const texts = { out: '', err: '' }
  const sink = new JsonSink(new Redactor(), {
    write: text => (texts.out += text),
    warn: text => (texts.err += text),
  })
  for (const event of events) sink.emit(event)
  return texts
}

test('the document is the one of the design: its fields, their order and nothing besides', () => {
  const { out } = written()
  expect(JSON.parse(out)).toEqual({
    schema: 1,
    dryRun: true,
    interrupted: false,
    hosts: { web1: counts },
    tasks: [
      {
        play: 'Web servers',
        task: 'nginx : Site is there',
        at: 'roles/nginx/tasks/main.yml:12:3',
        host: 'web1',
        status: 'changed',
        item: null,
        handler: false,
        changes: [
          {
            summary: 'write /etc/x',
            diff: '--- /dev/null\n+++ /etc/x\n@@ -0,0 +1,1 @@\n+a',
          },
          { summary: 'restart nginx', diff: null },
        ],
        message: null,
        ms: 12,
      },
      {
        play: 'Web servers',
        task: 'Site is there',
        at: 'roles/nginx/tasks/main.yml:12:3',
        host: 'web1',
        status: 'failed',
        item: 'one',
        handler: true,
        changes: [],
        message: 'no\u009b31m',
        code: 'E_X',
        forgiven: 'ignored',
        ms: 12,
      },
    ],
    roundTrips: { web1: 2 },
    setupRoundTrips: { web1: 6 },
    ms: 812,
  })
  expect(Object.keys(JSON.parse(out) as object)).toEqual(
    'schema dryRun interrupted hosts tasks roundTrips setupRoundTrips ms'.split(' '),
  )
})

test('nothing in it moves a cursor, and warnings go elsewhere', () => {
  const { out, err } = written()
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  expect(err).toBe('warning: roles/nginx/tasks/main.yml:12:3: careful\\x1b\n')
})
