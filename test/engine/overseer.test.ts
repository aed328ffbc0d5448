import { existsSync } from 'node:fs'
import { foreseen, type Change } from '../../src/core/change.ts'
import { UserError } from '../../src/core/error.ts'
import { defineModule, type Module } from '../../src/core/module.ts'
import { Refusal, type Overseer, type OverseenTurn, type TurnAt } from '../../src/core/overseer.ts'
import { sh } from '../../src/core/shell.ts'
import { HostLost } from '../../src/core/wire.ts'
import { path } from '../../src/probes/path.ts'
import { behaves, inventory, play, Project } from './harness.ts'

const no = new UserError('E_PLAN_DIFFERS', 'no')

/** Refuses what a task called `Refused` plans, and what the given functions refuse besides. */
const refusing = (more: Partial<Overseer> = {}): Overseer => ({
  refusalOf: () => undefined,
  begin: at => turn(at),
  leftUndone: () => undefined,
  ...more,
})

const turn = (at: TurnAt, more: Partial<OverseenTurn> = {}): OverseenTurn => ({
  isOpen: false,
  planned({ changes }) {
    if (at.task === 'Refused' && changes.length > 0) throw new Refusal(no)
  },
  unsure: () => undefined,
  over: () => undefined,
  reported: () => undefined,
  ...more,
})

const refused = { overseer: refusing() }
const two = { 'inventory.yml': inventory({ h1: '{}', h2: '{}' }) }
const notMade = (project: Project): void => {
  expect(existsSync(project.path('made'))).toBe(false)
}

describe('what an overseer refuses stops the host for good', () => {
  behaves([
    {
      case: 'before anything is done, whatever forgives failures',
      tasks: `
        - { name: Refused, copy: { content: x, dest: DIR/made }, ignore_errors: true, failed_when: false, retries: 2, delay: 0 }
        - { name: After, debug: { msg: after } }`,
      choice: refused,
      trace: ['h1 | Refused | failed'],
      after: notMade,
    },
    {
      case: 'also inside of a block with a rescue and an end',
      tasks: `
        - block: [{ name: Refused, command: "true" }]
          rescue: [{ name: Rescue, debug: {} }]
          always: [{ name: Always, debug: {} }]
        - { name: After, meta: clear_host_errors }
        - { name: Later, debug: {} }`,
      choice: refused,
      trace: ['h1 | Refused | failed'],
    },
    {
      case: 'in the middle of a loop, and handlers do not run even if forced',
      tasks: `
        - { name: First, command: "true", notify: H }
        - { name: Refused, command: "true", loop: [a, b] }`,
      keywords: `
        force_handlers: true
        handlers: [{ name: H, debug: {} }]`,
      choice: refused,
      trace: ['h1 | First | changed', 'h1 | Refused (a) | failed'],
    },
    {
      case: 'and other hosts go on',
      files: two,
      tasks: `
        - { name: Refused, command: "true", when: inventory_hostname == 'h1' }
        - { name: After, debug: { msg: "{{ ansible_play_hosts }}" } }`,
      choice: refused,
      trace: [
        'h1 | Refused | failed',
        'h2 | Refused | skipped',
        'h2 > [\n  "h2"\n]',
        'h2 | After | ok',
      ],
    },
    {
      case: 'or before its first task',
      files: two,
      tasks: '- { name: After, debug: { msg: after } }',
      choice: {
        overseer: refusing({
          refusalOf: host => (host === 'h1' ? no : undefined),
        }),
      },
      trace: ['h1 | The host is as the plan says | failed', 'h2 > after', 'h2 | After | ok'],
    },
    {
      case: 'or because it is lost',
      tasks: '- { name: After, debug: { msg: after } }',
      choice: { overseer: refusing({ refusalOf: () => new HostLost('E_UNREACHABLE', 'gone') }) },
      trace: ['h1 | The host is as the plan says | unreachable'],
    },
    {
      case: 'or at the end, for what it has left undone',
      tasks: '- { name: T, debug: { msg: t } }',
      choice: { overseer: refusing({ leftUndone: () => no }) },
      trace: ['h1 > t', 'h1 | T | ok', 'h1 | The host is as the plan says | failed'],
    },
    {
      case: 'or when a turn begins or ends, that of an include too',
      files: { ...two, 'in.yml': '- { name: In, debug: {} }\n' },
      tasks: `
        - { name: Inc, include_tasks: in.yml }
        - { name: End, debug: { msg: end } }`,
      choice: {
        overseer: refusing({
          begin(at) {
            if (at.host === 'h1' && at.task === 'Inc') throw new Refusal(no)
            return turn(at, {
              over() {
                if (at.task === 'End') throw new Refusal(no)
              },
            })
          },
        }),
      },
      trace: [
        'h1 | Inc | failed',
        'h2 | Inc | ok',
        'h2 > Hello world!',
        'h2 | In | ok',
        'h2 > end',
        'h2 | End | failed',
      ],
    },
  ])
})

test('what is refused of a task with no_log is told, since the overseer hides what it is of', async () => {
  const project = new Project({
    'site.yml': play('- { name: Refused, command: "true", no_log: true }'),
  })
  const { reports } = await project.run(refused)
  expect(reports).toMatchObject([{ task: 'Refused', message: 'no', code: 'E_PLAN_DIFFERS' }])
})

/** What an overseer is told of a run: turn by turn, with what is planned in it. */
const told = async (
  tasks: string,
  dryRun: boolean,
  modules: readonly Module[] = [],
): Promise<readonly string[]> => {
  const project = new Project({
    'site.yml': play(tasks),
    'in.yml': '- { name: In, command: "true" }\n',
  })
  const lines: string[] = []
  await project.run({
    modules,
    ...(dryRun ? { flags: { dryRun: true } } : {}),
    overseer: refusing({
      begin: at => {
        const open = at.task === 'Inc'
        const item = at.item === undefined ? '' : ` ${at.item}`
        const say = (text: string): void => {
          lines.push(`${at.task}${item}${at.isUnforeseen ? ' unforeseen' : ''}: ${text}`)
        }
        return {
          isOpen: open && !dryRun,
          planned({ changes }, { dry }) {
            say(`${dry ? 'plans' : 'does'} ${changes.map(({ summary }) => summary).join()}`)
          },
          unsure({ changes, scopes }) {
            say(
              `perhaps ${changes?.map(({ summary }) => summary).join() ?? JSON.stringify(scopes)}`,
            )
          },
          over(status) {
            say(status)
          },
          reported: () => undefined,
        }
      },
    }),
  })
  return lines.map(line => line.replaceAll(project.directory, 'DIR'))
}

test('an overseer of a dry run is told what is planned, and what is possible', async () => {
  const lines = await told(
    `
    - { name: C, command: "true", register: r, loop: [a, b] }
    - { name: M, command: ls, when: "r.results[0].rc == 0" }
    - { name: L, command: ls, loop: "{{ r.results[0].stdout_lines }}" }
    - { name: S, command: date, when: not ansible_check_mode }
    - { name: N, command: date, when: false }
    - { name: Inc, include_tasks: in.yml, when: not checks, vars: { checks: "{{ ansible_check_mode }}" } }
    - { name: Known, include_tasks: in.yml, when: "r.results[0].rc == 0" }
    - { name: R, command: id, check_mode: false, changed_when: false }`,
    true,
  )
  expect(lines).toEqual([
    'C 0: plans run true',
    'C 0: changed',
    'C 1: plans run true',
    'C 1: changed',
    'M: perhaps run ls',
    'M: maybe',
    'L: perhaps run ls',
    'L: maybe',
    'S: perhaps run date',
    'S: skipped',
    'N: skipped',
    'Inc: perhaps ["everything"]',
    'Inc: skipped',
    'Known: perhaps ',
    'Known: ok',
    'In: perhaps run true',
    'In: maybe',
    'R: does run id',
    'R: ok',
  ])
})

test('an overseer of a real run is told before it is done, also what an open include brings', async () => {
  const lines = await told(
    `
    - { name: F, copy: { content: x, dest: DIR/f } }
    - { name: Inc, include_tasks: in.yml }`,
    false,
  )
  expect(lines).toEqual([
    'F: does create DIR/f',
    'F: changed',
    'Inc: ok',
    'In unforeseen: does run true',
    'In unforeseen: changed',
  ])
})

/** Plans two changes, of which only the machine can tell what they are. */
const asking = defineModule({
  name: 'ping',
  summary: 'Asks the machine what its changes are.',
  params: {},
  probes: () => ({}),
  plan: () =>
    ['first', 'second'].map((summary): Change => ({
      do: 'run',
      summary,
      script: sh`true`,
      effects: [],
      scope: [],
      act: { kind: 'unproved' },
      foreseen: foreseen(path('/'), found => [
        {
          do: 'run',
          summary: `${summary}, as foreseen of a ${found?.kind ?? 'nothing'}`,
          script: sh`true`,
          effects: [],
          scope: [],
          act: { kind: 'unproved' },
        },
      ]),
    })),
})

test.each([true, false])(
  'an overseer is told the first change as the machine foresees it, in a dry run (%s) and a real one',
  async dryRun => {
    const [line] = await told('- { name: A, ping: {} }', dryRun, [asking])
    expect(line).toBe(`A: ${dryRun ? 'plans' : 'does'} first, as foreseen of a directory,second`)
  },
)
