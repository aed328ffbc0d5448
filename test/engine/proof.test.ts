import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { becomes, type Act, type Change } from '../../src/core/change.ts'
import { defineModule, type Module } from '../../src/core/module.ts'
import { absent, answer, path, probeOf } from '../../src/core/probe.ts'
import { optional, text } from '../../src/core/schema.ts'
import { constant, sh, type Words } from '../../src/core/shell.ts'
import { FakeMachine, type FakeBehaviour } from '../../src/host/fake.ts'
import { play, Project, type Ran } from './harness.ts'

/** Each file's content behind `=`, or nothing where there is no file; NUL after each. */
const word = probeOf<string, string>({
  name: 'word',
  ask: files =>
    sh`for f in ${files}; do if [ -e "$f" ]; then printf '=%s\0' "$(cat "$f")"; else printf '\0'; fi; done`,
  read: ({ stdout }) =>
    stdout
      .toString('utf8')
      .split('\0')
      .slice(0, -1)
      .map(found => (found === '' ? absent : answer(found.slice(1)))),
  dependsOn: file => [path(file)],
})

interface Doing {
  readonly does: (file: string, value: string) => Words
  readonly act?: (file: string) => Act
}

/** A module that wants a word in a file, and does for it what the test says. */
const wordModule = ({ does, act }: Doing): Module =>
  defineModule({
    name: 'copy',
    summary: 'Puts a word into a file.',
    params: { dest: text('The file.'), content: optional(text('The word.')) },
    probes: want => ({ word: word(want.dest) }),
    plan({ dest, content = '' }, actual): Change[] {
      if (act === undefined && actual.word === content) return []
      return [
        {
          do: 'run',
          summary: `write ${content}`,
          script: does(dest, content),
          effects: [becomes(word(dest), content)],
          scope: [path(dest)],
          ...(act === undefined ? {} : { act: act(dest) }),
        },
      ]
    },
  })

const run = async (module: Module, before?: string): Promise<[Project, Ran]> => {
  const project = new Project({
    'site.yml': play('- { name: W, copy: { dest: DIR/w, content: want }, notify: H }', HANDLERS),
  })
  if (before !== undefined) writeFileSync(project.path('w'), before)
  return [project, await project.run({ modules: [module] })]
}

const HANDLERS = 'handlers: [{ name: H, debug: { msg: h } }]'
const honest: Doing['does'] = (file, value) => sh`printf %s ${value} >${file}`
const idle: Doing['does'] = () => constant(':')
const proved = (file: string): Act => ({
  kind: 'proved by',
  probe: word(file),
  holds: (before, after) => before !== after || `the word is still ${String(after)}`,
})

describe('every change is proved by a fresh reading', () => {
  test.each([
    { case: 'a change that holds', doing: { does: honest }, status: 'changed', code: undefined },
    {
      case: 'one that does nothing',
      doing: { does: idle },
      status: 'failed',
      code: 'E_NOT_PROVED',
    },
    {
      case: 'one that does something else',
      doing: { does: (file: string) => sh`printf other >${file}` },
      status: 'failed',
      code: 'E_NOT_PROVED',
    },
    {
      case: 'one that fails by its exit code',
      doing: { does: () => constant('echo broken >&2; exit 3') },
      status: 'failed',
      code: 'E_CHANGE_FAILED',
    },
    {
      case: 'an act whose postcondition holds',
      doing: { does: honest, act: proved },
      status: 'changed',
      code: undefined,
    },
    {
      case: 'an act whose postcondition does not',
      doing: { does: idle, act: proved },
      status: 'failed',
      code: 'E_NOT_PROVED',
    },
  ])('$case is $status', async ({ doing, status, code }) => {
    const [, ran] = await run(wordModule(doing), 'earlier')
    expect(ran.reports[0]).toMatchObject({ status, ...(code === undefined ? {} : { code }) })
    expect(ran.reports).toHaveLength(status === 'changed' ? 2 : 1)
  })

  test('a change that is not proved is reported with what was done, and says what is left', async () => {
    const [, { reports }] = await run(wordModule({ does: idle }))
    expect(reports[0]).toMatchObject({
      changes: [{ summary: 'write want' }],
      message: expect.stringContaining('still calls for: write want') as string,
    })
  })

  test('acts without a postcondition are counted', async () => {
    const act = (): Act => ({ kind: 'unproved' })
    const [, { summary }] = await run(wordModule({ does: honest, act }))
    expect(summary.hosts.get('h1')).toMatchObject({ changed: 1, unproved: 1, failed: 0 })
  })

  test('the reading is a fresh one: what was known before the change does not count', async () => {
    const [project, ran] = await run(wordModule({ does: honest }), 'earlier')
    expect(ran.summary.hosts.get('h1')).toMatchObject({ changed: 1, failed: 0 })
    expect(readFileSync(project.path('w'), 'utf8')).toBe('want')
  })
})

describe('a fake machine', () => {
  const fake = async (behaviour: FakeBehaviour, tasks: string): Promise<[FakeMachine, Ran]> => {
    const machine = new FakeMachine(behaviour)
    const project = new Project({ 'site.yml': play(tasks) })
    const module = wordModule({ does: honest })
    return [machine, await project.run({ connect: () => machine, modules: [module] })]
  }
  const file = (): { answer: FakeBehaviour['answer']; words: Map<string, string> } => {
    const words = new Map<string, string>()
    return {
      words,
      answer({ script: { text: asked } }) {
        const [, read] = /^for f in (.*?); do/.exec(asked) ?? []
        const found = (name: string): string =>
          `${words.has(name) ? '=' : ''}${words.get(name) ?? ''}\0`
        if (read !== undefined) return { stdout: read.split(' ').map(found).join('') }
        const [, value, to] = /^printf %s (\S+) >(\S+)/.exec(asked) ?? []
        if (to !== undefined && value !== undefined) words.set(to, value)
        return {}
      },
    }
  }
  const twoWords = `
    - { name: A, copy: { dest: /a, content: one } }
    - { name: B, copy: { dest: /b, content: two } }`

  test('is asked once for a converged play', async () => {
    const { answer: answers, words } = file()
    words.set('/a', 'one').set('/b', 'two')
    const [machine, ran] = await fake({ answer: answers }, twoWords)
    expect(ran.trace).toEqual(['h1 | A | ok', 'h1 | B | ok'])
    expect(machine.roundTrips.counted).toBe(1)
    expect(machine.scripts.filter(script => script.startsWith('for f in /a /b;'))).toHaveLength(1)
  })

  test('takes a trip to read, and one for the changes and the reading that proves them', async () => {
    const [machine, ran] = await fake({ answer: file().answer }, twoWords)
    expect(ran.trace).toEqual(['h1 | A | changed', 'h1 | B | changed'])
    expect(machine.roundTrips.counted).toBe(1 + 1)
  })

  test('that ignores changes fails the first of them', async () => {
    const { answer: answers } = file()
    const ignores: FakeBehaviour = {
      answer: (request, as) =>
        request.script.text.startsWith('printf %s') ? {} : answers(request, as),
    }
    const [, ran] = await fake(ignores, twoWords)
    expect(ran.trace).toEqual(['h1 | A | failed'])
    expect(ran.reports[0]?.code).toBe('E_NOT_PROVED')
  })

  test('that dies in the middle is unreachable, and its other tasks are left out', async () => {
    const { answer: answers } = file()
    const dies: FakeBehaviour = {
      answer: (request, as) =>
        request.script.text.startsWith('printf %s two') ? { fault: 'dies' } : answers(request, as),
    }
    const [, ran] = await fake(
      dies,
      `${twoWords}\n    - { name: C, copy: { dest: /c, content: c } }`,
    )
    // B's change travelled with A's: what became of either is not known.
    expect(ran.trace).toEqual(['h1 | A | unreachable'])
    expect(ran.summary.hosts.get('h1')).toMatchObject({ changed: 0, unreachable: 1 })
  })

  test('that dies is forgiven by ignore_unreachable', async () => {
    const { answer: answers } = file()
    const dies: FakeBehaviour = {
      answer: (request, as) =>
        request.script.text.startsWith('printf %s one') ? { fault: 'dies' } : answers(request, as),
    }
    const [, ran] = await fake(
      dies,
      `
    - { name: A, copy: { dest: /a, content: one }, ignore_unreachable: true, register: r }
    - { name: D, debug: { msg: "{{ r.unreachable }}" } }`,
    )
    expect(ran.trace).toEqual(['h1 | A | unreachable, ignored', 'h1 > true', 'h1 | D | ok'])
    expect(ran.summary.hosts.get('h1')).toMatchObject({ unreachable: 0, ignored: 1 })
  })
})

test('a dry run writes nothing to a host, not even that it was there', async () => {
  const project = new Project({
    'site.yml': play('- { name: W, copy: { dest: DIR/w, content: x }, notify: H }', HANDLERS),
  })
  const ran = await project.run({ flags: { dryRun: true } })
  expect(ran.trace).toEqual(['h1 | W | changed', 'h1 > h', 'h1 | handler H | ok'])
  expect(existsSync(project.path('kept'))).toBe(false)
})
