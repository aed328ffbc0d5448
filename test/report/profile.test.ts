import { NO_COST, type TaskReport } from '../../src/core/event.ts'
import { paintFor } from '../../src/report/colour.ts'
import { JsonSink } from '../../src/report/json.ts'
import { Profile } from '../../src/report/profile.ts'
import { Redactor } from '../../src/report/redact.ts'
import { reported } from './reports.ts'

const report = (more: Partial<TaskReport>): TaskReport =>
  reported({
    play: 'all',
    task: 'A',
    at: { file: 'site.yml', line: 3, column: 5 },
    host: 'h1',
    ms: 100,
    cost: { wireMs: 30.4, remoteMs: 50, sentBytes: 1000, receivedBytes: 20, roundTrips: 2 },
    ...more,
  })

const plain = paintFor({ isTTY: false }, {})

test('each task and host has a line, the dearest first, items of a loop together; then each host', () => {
  const redactor = new Redactor()
  redactor.register('hunter2secret')
  const profile = new Profile(redactor)
  for (const item of ['a', 'b'])
    profile.emit({ kind: 'task done', report: report({ item, task: 'Loop hunter2secret' }) })
  profile.emit({ kind: 'task done', report: report({ host: 'web10', role: 'nginx', ms: 400 }) })
  profile.emit({ kind: 'task done', report: report({ task: 'None', ms: 1, cost: NO_COST }) })
  expect(profile.lines(plain)).toEqual([
    '',
    'total ms  wire  remote  own  sent B  received  trips  host   task',
    '     400    30      50  320    1000        20      2  web10  nginx : A (site.yml:3:5)',
    '     200    60     100   40    2000        40      4  h1     Loop •••••• (site.yml:3:5)',
    '       1     0       0    1       0         0      0  h1     None (site.yml:3:5)',
    '     201    60     100   41    2000        40      4  h1     all tasks',
    '     400    30      50  320    1000        20      2  web10  all tasks',
  ])
})

test.each([
  {
    profile: true,
    costs: {
      wireMs: 30,
      remoteMs: 50,
      ownMs: 20,
      sentBytes: 1000,
      receivedBytes: 20,
      roundTrips: 2,
    },
  },
  { profile: false, costs: undefined },
])('JSON: profile $profile', ({ profile, costs }) => {
  const written: string[] = []
  const output = { write: (text: string) => void written.push(text), warn: () => undefined }
  const sink = new JsonSink(new Redactor(), output, { profile })
  sink.emit({ kind: 'task done', report: report({}) })
  const summary = {
    hosts: new Map(),
    roundTrips: new Map(),
    setupRoundTrips: new Map(),
    interrupted: false,
    ms: 1,
  }
  sink.emit({ kind: 'run ended', summary })
  const [task] = (JSON.parse(written.join('')) as { tasks: { profile?: unknown }[] }).tasks
  expect(task?.profile).toEqual(costs)
})
