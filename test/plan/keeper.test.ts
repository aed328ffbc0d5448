import { createHash } from 'node:crypto'
import type { Change, Scope } from '../../src/core/change.ts'
import type { NovelDiff, TextDiff } from '../../src/core/diff.ts'
import { UserError } from '../../src/core/error.ts'
import { Refusal, type Planned, type TurnAt } from '../../src/core/overseer.ts'
import { sh } from '../../src/core/shell.ts'
import { PlanKeeper } from '../../src/plan/keeper.ts'
import { Recorder } from '../../src/plan/recorder.ts'
import { Redactor } from '../../src/report/redact.ts'

const settled = (text: string): string => text

const turn = (line: number, more: Partial<TurnAt> = {}): TurnAt => ({
  host: 'h',
  play: { file: 'p.yml', line: 1, column: 1 },
  at: { file: 'p.yml', line, column: 1 },
  handler: false,
  item: undefined,
  task: `task ${line}`,
  isHidden: false,
  isUnforeseen: false,
  afterFailure: false,
  ...more,
})

const write = (file: string, content = 'new\n', scope: Scope = []): Change => ({
  do: 'run',
  summary: `write ${file}`,
  diff: { kind: 'text', path: file, before: 'old\n', after: content },
  script: sh`true`,
  effects: [],
  scope,
})

const look = (scope: Scope): Change => ({
  do: 'run',
  summary: 'look',
  script: sh`true`,
  effects: [],
  scope,
  onlyLooks: true,
})

const command = (words: string): Change => ({
  do: 'run',
  summary: 'run a command',
  script: sh`${words}`,
  effects: [],
  scope: 'everything',
  act: { kind: 'unproved' },
})

/** A file of which a dry run knows no more than that its content is yet to be made, and of what. */
const writeNovel = (file: string, more: Partial<NovelDiff> = {}): Change => ({
  ...write(file),
  diff: {
    kind: 'novel',
    path: file,
    before: { size: 4, sha256: createHash('sha256').update('old\n').digest('hex') },
    after: { novel: 'certificate' },
    attributes: [],
    ...more,
  },
})

/** The same once it is known. */
const writeKnown = (file: string, more: Partial<TextDiff> = {}): Change => ({
  ...write(file),
  diff: { kind: 'text', path: file, before: 'old\n', after: 'made\n', attributes: [], ...more },
})

const mode = [{ name: 'mode', before: null, after: '0644' }]

const here = { on: 'h', user: undefined, dry: true }
const etc: Scope = [{ realm: 'path', name: '/etc' }]

/** One turn: where, and what it plans (at each try); a maybe of changes or of what they reach. */
interface Told {
  readonly at: TurnAt
  readonly plans?: readonly (readonly Change[])[]
  readonly maybe?: readonly Change[] | Scope
  /** What its module says of it, where that is less than all that is read again after its changes. */
  readonly reach?: Scope
  readonly dry?: boolean
  readonly user?: string
}

const isReach = (maybe: readonly Change[] | Scope): maybe is Scope =>
  maybe === 'everything' || (maybe[0] !== undefined && 'realm' in maybe[0])

/** As if a task's largest change could touch what its changes touch. */
const reaching = (changes: readonly Change[], reach?: Scope): Planned => {
  if (reach !== undefined) return { changes, reach }
  const scopes = changes.map(({ scope }) => scope)
  const places = scopes.flatMap(scope => (scope === 'everything' ? [] : scope))
  return { changes, reach: scopes.includes('everything') ? 'everything' : places }
}

const recorded = (turns: readonly Told[]): Recorder => {
  const recorder = new Recorder(settled)
  for (const { at, plans = [], maybe, dry, user } of turns) {
    const one = recorder.begin(at)
    for (const changes of plans) one.planned(reaching(changes), { ...here, user, dry: dry ?? true })
    if (maybe !== undefined)
      one.unsure(
        isReach(maybe) ? { changes: undefined, scopes: [maybe] } : { changes: maybe, scopes: [] },
        here,
      )
    one.over('changed')
  }
  return recorder
}

/** What keeping to the plan of some turns makes of others: what it refuses, and what is left undone. */
const kept = (planned: readonly Told[], real: readonly Told[]): string => {
  const keeper = new PlanKeeper(recorded(planned).turns, {
    settled,
    redactor: new Redactor(),
    hosts: new Map([['h', undefined]]),
  })
  try {
    for (const { at, plans = [], user, reach } of real) {
      const one = keeper.begin(at)
      for (const changes of plans)
        one.planned(reaching(changes, reach), { ...here, user, dry: false })
      one.over(plans.length === 0 ? 'skipped' : 'changed')
    }
    return keeper.leftUndone('h')?.message ?? 'as planned'
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

interface Case {
  readonly case: string
  readonly planned: readonly Told[]
  readonly real: readonly Told[]
}

const a = write('/etc/a')
const b = write('/etc/b')

describe('a real run may', () => {
  test.each<Case>([
    {
      case: 'do what was planned, in order',
      planned: [{ at: turn(1), plans: [[a, b]] }, { at: turn(2) }, { at: turn(3), plans: [[a]] }],
      real: [{ at: turn(1), plans: [[a, b]] }, { at: turn(2) }, { at: turn(3), plans: [[a]] }],
    },
    {
      case: 'do what may be done, or not',
      planned: [
        { at: turn(1), maybe: [a] },
        { at: turn(2), maybe: [b] },
      ],
      real: [
        { at: turn(1), plans: [[]] },
        { at: turn(2), plans: [[b]] },
      ],
    },
    {
      case: 'leave a task out that may be done',
      planned: [
        { at: turn(1), maybe: [a] },
        { at: turn(2), plans: [[b]] },
      ],
      real: [{ at: turn(2), plans: [[b]] }],
    },
    {
      case: 'change what lies within the reach of a maybe',
      planned: [{ at: turn(1), maybe: etc }],
      real: [{ at: turn(1), plans: [[write('/etc/c', 'c', [{ realm: 'path', name: '/etc/c' }])]] }],
    },
    {
      case: 'change what its module says that it reaches, whatever is read again afterwards',
      planned: [{ at: turn(1), maybe: etc }],
      real: [{ at: turn(1), plans: [[write('/etc/c', 'c', 'everything')]], reach: etc }],
    },
    {
      case: 'try again what a first try has not done',
      planned: [{ at: turn(1), plans: [[a, b]] }],
      real: [{ at: turn(1), plans: [[a, b], [b], []] }],
    },
    {
      case: 'write what was yet to be made when it was planned, known or not',
      planned: [
        { at: turn(1), plans: [[writeNovel('/etc/a')]] },
        { at: turn(2), plans: [[writeNovel('/etc/b')]] },
        { at: turn(3), plans: [[writeNovel('/etc/c', { before: null })]] },
      ],
      real: [
        { at: turn(1), plans: [[writeKnown('/etc/a')]] },
        { at: turn(2), plans: [[writeNovel('/etc/b')]] },
        { at: turn(3), plans: [[writeKnown('/etc/c', { before: null })]] },
      ],
    },
    {
      case: 'remove what was yet to be made when it was planned',
      planned: [
        {
          at: turn(1),
          plans: [[writeNovel('/etc/a', { before: { novel: 'certificate' }, after: null })]],
        },
      ],
      real: [{ at: turn(1), plans: [[writeKnown('/etc/a', { after: null })]] }],
    },
    {
      case: 'look, planned or not',
      planned: [{ at: turn(1), plans: [[look([])]] }],
      real: [
        { at: turn(1), plans: [[]] },
        { at: turn(2), plans: [[look([])]] },
      ],
    },
    {
      case: 'do for each item what a loop of unknown items may do',
      planned: [
        { at: turn(1), maybe: 'everything' },
        { at: turn(2), plans: [[b]] },
      ],
      real: [
        { at: turn(1, { item: 0 }), plans: [[a]] },
        { at: turn(1, { item: 1 }), plans: [[command('x')]] },
        { at: turn(2), plans: [[b]] },
      ],
    },
    {
      case: 'do anything in an include that nobody could foresee, and run the handlers of it',
      planned: [
        { at: turn(1), maybe: 'everything' },
        { at: turn(2), plans: [[b]] },
      ],
      real: [
        { at: turn(1) },
        { at: turn(9, { isUnforeseen: true }), plans: [[a]] },
        { at: turn(2), plans: [[b]] },
        { at: turn(8, { handler: true }), plans: [[command('restart')]] },
      ],
    },
    {
      case: 'repeat or leave what was carried out while it was planned',
      planned: [
        { at: turn(1), plans: [[a]], dry: false },
        { at: turn(2), plans: [[b]], dry: false },
      ],
      real: [
        { at: turn(1), plans: [[]] },
        { at: turn(2), plans: [[b]] },
      ],
    },
    {
      case: 'go on where a block has failed and was rescued',
      planned: [
        { at: turn(1), plans: [[a]] },
        { at: turn(2), plans: [[b]] },
      ],
      real: [{ at: turn(2, { afterFailure: true }), plans: [[b]] }],
    },
    {
      case: 'come to the same role a second time',
      planned: [{ at: turn(1) }, { at: turn(1), plans: [[a]] }],
      real: [
        { at: turn(1), plans: [[]] },
        { at: turn(1), plans: [[a]] },
      ],
    },
  ])('$case', ({ planned, real }) => {
    expect(kept(planned, real)).toBe('as planned')
  })
})

describe('a real run may not', () => {
  test.each<Case & { readonly says: readonly string[] }>([
    {
      case: 'do something else',
      planned: [{ at: turn(1), plans: [[a]] }],
      real: [{ at: turn(1), plans: [[b]] }],
      says: ['planned: write /etc/a', 'now: write /etc/b', 'done before: nothing'],
    },
    {
      case: 'write something else into the file',
      planned: [{ at: turn(1), plans: [[a]] }],
      real: [{ at: turn(1), plans: [[write('/etc/a', 'other\n')]] }],
      says: ['planned: write /etc/a (+new)', 'now: write /etc/a (+other)'],
    },
    {
      case: 'write what was yet to be made into another file',
      planned: [{ at: turn(1), plans: [[writeNovel('/etc/a')]] }],
      real: [{ at: turn(1), plans: [[writeKnown('/etc/b')]] }],
      says: ['planned: write /etc/a', 'now: write /etc/b'],
    },
    {
      case: 'write what was yet to be made over what somebody has edited since',
      planned: [{ at: turn(1), plans: [[writeNovel('/etc/a')]] }],
      real: [{ at: turn(1), plans: [[writeKnown('/etc/a', { before: 'by hand\n' })]] }],
      says: ['now: write /etc/a'],
    },
    {
      case: 'write what was yet to be made with another mode',
      planned: [{ at: turn(1), plans: [[writeNovel('/etc/a', { attributes: mode })]] }],
      real: [{ at: turn(1), plans: [[writeKnown('/etc/a')]] }],
      says: ['now: write /etc/a'],
    },
    {
      case: 'remove what was yet to be made where it was to be written',
      planned: [{ at: turn(1), plans: [[writeNovel('/etc/a')]] }],
      real: [{ at: turn(1), plans: [[writeKnown('/etc/a', { after: null })]] }],
      says: ['now: write /etc/a'],
    },
    {
      case: 'write other content that is yet to be made',
      planned: [{ at: turn(1), plans: [[writeNovel('/etc/a')]] }],
      real: [{ at: turn(1), plans: [[writeNovel('/etc/a', { after: { novel: 'key' } })]] }],
      says: ['now: write /etc/a'],
    },
    {
      case: 'do more than was planned',
      planned: [{ at: turn(1), plans: [[a]] }],
      real: [{ at: turn(1), plans: [[a, b]] }],
      says: ['planned: write /etc/a', 'now: write /etc/a; write /etc/b'],
    },
    {
      case: 'do it in another order',
      planned: [{ at: turn(1), plans: [[a, b]] }],
      real: [{ at: turn(1), plans: [[b, a]] }],
      says: ['planned: write /etc/a; write /etc/b', 'now: write /etc/b; write /etc/a'],
    },
    {
      case: 'find nothing to do where something was planned for certain',
      planned: [{ at: turn(1), plans: [[a]] }],
      real: [{ at: turn(1), plans: [[]] }],
      says: ['planned: write /etc/a', 'now: nothing'],
    },
    {
      case: 'skip what was planned for certain',
      planned: [{ at: turn(1), plans: [[a]] }],
      real: [{ at: turn(1) }],
      says: ['planned: write /etc/a', 'now: nothing'],
    },
    {
      case: 'change something in a task that was ok',
      planned: [{ at: turn(1), plans: [[]] }],
      real: [{ at: turn(1), plans: [[a]] }],
      says: ['planned: nothing', 'now: write /etc/a'],
    },
    {
      case: 'run a handler that was not planned',
      planned: [{ at: turn(1), plans: [[a]] }],
      real: [
        { at: turn(1), plans: [[a]] },
        { at: turn(8, { handler: true }), plans: [[command('restart')]] },
      ],
      says: ['now: run a command', 'done before: "task 1" (p.yml:1:1)'],
    },
    {
      case: 'do what a maybe did not allow',
      planned: [{ at: turn(1), maybe: [a] }],
      real: [{ at: turn(1), plans: [[b]] }],
      says: ['planned: perhaps write /etc/a', 'now: write /etc/b'],
    },
    {
      case: 'go beyond the reach of a maybe',
      planned: [{ at: turn(1), maybe: etc }],
      real: [{ at: turn(1), plans: [[write('/var/x', 'x', [{ realm: 'path', name: '/var/x' }])]] }],
      says: ['planned: perhaps something', 'now: write /var/x'],
    },
    {
      case: 'run anything where a maybe reaches some files only',
      planned: [{ at: turn(1), maybe: etc }],
      real: [{ at: turn(1), plans: [[command('rm -r /')]] }],
      says: ['now: run a command'],
    },
    {
      case: 'run another command that reads the same in short',
      planned: [{ at: turn(1), plans: [[command('one')]] }],
      real: [{ at: turn(1), plans: [[command('two')]] }],
      says: ['now: run a command, but another in what is not shown here'],
    },
    {
      case: 'do it as somebody else',
      planned: [{ at: turn(1), plans: [[a]], user: 'app' }],
      real: [{ at: turn(1), plans: [[a]], user: 'root' }],
      says: ['now: write /etc/a, but another in what is not shown here'],
    },
    {
      case: 'pass over what was planned for certain',
      planned: [
        { at: turn(1), plans: [[a]] },
        { at: turn(2), plans: [[b]] },
      ],
      real: [{ at: turn(2), plans: [[b]] }],
      says: ['did not come to its turn', '"task 1" (p.yml:1:1)', 'write /etc/a'],
    },
    {
      case: 'end before all is done that was planned for certain',
      planned: [
        { at: turn(1), plans: [[a]] },
        { at: turn(2), plans: [[b]] },
      ],
      real: [{ at: turn(1), plans: [[a]] }],
      says: ['did not come to its turn', '"task 2"', 'done before: "task 1"'],
    },
    {
      case: 'do another thing at a second try',
      planned: [{ at: turn(1), plans: [[a]] }],
      real: [{ at: turn(1), plans: [[a], [b]] }],
      says: ['now: write /etc/b'],
    },
    {
      case: 'run an unplanned handler where no include could bring it along',
      planned: [{ at: turn(1), maybe: [a] }],
      real: [
        { at: turn(1), plans: [[a]] },
        { at: turn(8, { handler: true }), plans: [[b]] },
      ],
      says: ['planned: nothing', 'now: write /etc/b'],
    },
  ])('$case', ({ planned, real, says }) => {
    const told = kept(planned, real)
    expect(told).toContain('not what was planned')
    for (const text of says) expect(told).toContain(text)
  })
})

describe('what a task hides is not told', () => {
  const hidden = turn(1, { isHidden: true })

  test.each<Case>([
    {
      case: 'when it did not come to its turn',
      planned: [{ at: hidden, plans: [[a]] }],
      real: [],
    },
    {
      case: 'when it would do something else',
      planned: [{ at: hidden, plans: [[write('/etc/c')]] }],
      real: [{ at: hidden, plans: [[a]] }],
    },
    {
      case: 'when nobody has planned it',
      planned: [],
      real: [{ at: hidden, plans: [[a]] }],
    },
  ])('$case', ({ planned, real }) => {
    const told = kept(planned, real)
    expect(told).toMatch(/"task 1"|no_log/)
    expect(told).toContain('not what was planned')
    expect(told).not.toContain('/etc')
  })
})

test('hosts are turned away for their own reason, and those that the plan does not know', () => {
  const reason = new UserError('E_PLAN_INCOMPLETE', 'x')
  const keeper = new PlanKeeper(new Map(), {
    settled,
    redactor: new Redactor(),
    hosts: new Map([
      ['good', undefined],
      ['bad', reason],
    ]),
  })
  expect(keeper.refusalOf('good')).toBeUndefined()
  expect(keeper.refusalOf('bad')).toBe(reason)
  expect(keeper.refusalOf('new')).toMatchObject({ code: 'E_PLAN_DIFFERS' })
})
