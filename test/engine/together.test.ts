import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { NO_COST } from '../../src/core/event.ts'
import type { As, Machine, Output, Request } from '../../src/core/wire.ts'
import { MOST_TURNS } from '../../src/engine/together/gather.ts'
import { FakeMachine } from '../../src/host/fake.ts'
import { until } from '../cli/cli.ts'
import { containing } from '../host/support.ts'
import { behaves, inventory, play, Project, type RunChoice } from './harness.ts'
import { Wrapped } from './wrapped.ts'

const read = (project: Project, name: string): string => readFileSync(project.path(name), 'utf8')

const TWO_HOSTS = `
all:
  hosts:
    h1: { ansible_connection: local }
    h2: { ansible_connection: ssh, ansible_host: elsewhere }
`
/** Two machines to the engine, both of them this one. */
const TWO_MACHINES: RunChoice = {
  connect: (settings, real) => real({ ...settings, kind: 'local' }),
}

// Each of these is run with looking ahead and without, where every change travels alone.
describe('changes that travel together come to the same as one by one', () => {
  behaves([
    {
      case: 'a directory, files in it, and lines in one of them',
      tasks: `
        - { name: D, file: { path: DIR/d, state: directory, mode: "0750" } }
        - { name: A, copy: { content: "a\\n", dest: DIR/d/a, mode: "0600" } }
        - { name: B, copy: { content: "{{ 'b' * 3 }}", dest: DIR/d/b } }
        - { name: L, lineinfile: { path: DIR/d/b, line: more } }
        - { name: M, file: { path: DIR/d/b, mode: "0640" } }`,
      trace: ['D', 'A', 'B', 'L', 'M'].map(name => `h1 | ${name} | changed`),
      after(project) {
        expect(readdirSync(project.path('d'))).toEqual(['a', 'b'])
        expect(read(project, 'd/a')).toBe('a\n')
        expect(read(project, 'd/b')).toBe('bbb\nmore\n')
        const modes = ['d', 'd/a', 'd/b'].map(name => statSync(project.path(name)).mode & 0o7777)
        expect(modes).toEqual([0o750, 0o600, 0o640])
      },
    },
    {
      case: 'a later task undoes an earlier one: each is proved before the other',
      tasks: `
        - { name: A, copy: { content: one, dest: DIR/f } }
        - { name: B, copy: { content: two, dest: DIR/f } }
        - { name: C, file: { path: DIR/f, state: absent } }`,
      trace: ['A', 'B', 'C'].map(name => `h1 | ${name} | changed`),
      after: project => {
        expect(existsSync(project.path('f'))).toBe(false)
      },
    },
    {
      case: 'what fails in the middle ends the host, and nothing after it is done',
      tasks: `
        - { name: A, copy: { content: a, dest: DIR/a } }
        - { name: P, copy: { content: p, dest: /proc/provision-test } }
        - { name: B, copy: { content: b, dest: DIR/b } }`,
      trace: ['h1 | A | changed', 'h1 | P | failed'],
      after(project) {
        expect(read(project, 'a')).toBe('a')
        expect(existsSync(project.path('b'))).toBe(false)
      },
    },
    {
      case: 'a failure that is ignored, and one that is rescued',
      tasks: `
        - { name: A, copy: { content: a, dest: DIR/a } }
        # Nothing can be made in /proc: this is the failure that is ignored.
        - { name: P, copy: { content: p, dest: /proc/provision-test }, ignore_errors: true }
        - { name: B, copy: { content: b, dest: DIR/b } }
        - block:
            - { name: C, copy: { content: c, dest: DIR/c } }
            - { name: Q, copy: { content: q, dest: /proc/provision-test } }
            - { name: Not, copy: { content: n, dest: DIR/not } }
          rescue:
            - { name: R, copy: { content: r, dest: DIR/r } }`,
      trace: [
        'h1 | A | changed',
        'h1 | P | failed, ignored',
        'h1 | B | changed',
        'h1 | C | changed',
        'h1 | Q | failed, rescued',
        'h1 | R | changed',
      ],
      after: project => {
        expect(existsSync(project.path('not'))).toBe(false)
      },
    },
    {
      case: 'an item that fails leaves the others of its loop to be done, and not the next task',
      tasks: `
        - { name: L, copy: { content: x, dest: "{{ item }}/x" }, loop: [DIR/d1, /proc, DIR/d2] }
        - { name: After, copy: { content: y, dest: DIR/after } }`,
      files: { 'd1/.keep': '', 'd2/.keep': '' },
      trace: ['h1 | L (DIR/d1) | changed', 'h1 | L (/proc) | failed', 'h1 | L (DIR/d2) | changed'],
      after(project) {
        expect([read(project, 'd1/x'), read(project, 'd2/x')]).toEqual(['x', 'x'])
        expect(existsSync(project.path('after'))).toBe(false)
      },
    },
    {
      case: 'a loop with a condition on each item, and another task after it',
      tasks: `
        - { name: L, copy: { content: "{{ i }}", dest: "DIR/f{{ item }}" }, loop: [a, b, c], loop_control: { index_var: i }, when: item != 'b' }
        - { name: E, copy: { content: e, dest: DIR/e } }`,
      trace: [
        'h1 | L (a) | changed',
        'h1 | L (b) | skipped',
        'h1 | L (c) | changed',
        'h1 | E | changed',
      ],
      after: project => {
        expect([read(project, 'fa'), read(project, 'fc')]).toEqual(['0', '2'])
      },
    },
    {
      case: 'a registered result is what later tasks read',
      tasks: `
        - { name: A, copy: { content: a, dest: DIR/a }, register: a }
        - { name: B, copy: { content: "{{ a.changed }} {{ a.dest | basename }}", dest: DIR/b } }
        - { name: S, stat: { path: DIR/a }, register: a }
        - { name: C, copy: { content: "{{ a.stat.size }}", dest: DIR/c } }`,
      trace: ['A', 'B', 'S', 'C'].map(name => `h1 | ${name} | ${name === 'S' ? 'ok' : 'changed'}`),
      after(project) {
        expect(read(project, 'b')).toBe('True a')
        expect(read(project, 'c')).toBe('1')
      },
    },
    {
      case: 'a command in between sees what is before it, and not what comes after',
      tasks: `
        - { name: A, copy: { content: a, dest: DIR/d/a } }
        - { name: C, command: ls DIR/d, register: c, changed_when: false }
        - { name: B, copy: { content: b, dest: DIR/d/b } }
        - { name: Said, debug: { msg: "{{ c.stdout }}" } }`,
      files: { 'd/.keep': '' },
      trace: ['h1 | A | changed', 'h1 | C | ok', 'h1 | B | changed', 'h1 > a', 'h1 | Said | ok'],
    },
    {
      case: 'handlers that are flushed see what is before them, and not what comes after',
      tasks: `
        - { name: A, copy: { content: a, dest: DIR/d/a }, notify: List }
        - { name: B, copy: { content: b, dest: DIR/d/b }, notify: [Again, List] }
        - meta: flush_handlers
        - { name: C, copy: { content: c, dest: DIR/d/c } }`,
      keywords: `
        handlers:
          - { name: List, shell: "ls DIR/d > DIR/listed", changed_when: false }
          - { name: Again, copy: { content: again, dest: DIR/again } }`,
      files: { 'd/.keep': '' },
      trace: [
        'h1 | A | changed',
        'h1 | B | changed',
        'h1 | handler List | ok',
        'h1 | handler Again | changed',
        'h1 | C | changed',
      ],
      after: project => {
        expect(read(project, 'listed')).toBe('a\nb\n')
      },
    },
    {
      case: 'a loop over what is not known yet is waited for, and so is one over what is no list',
      tasks: `
        - { name: A, copy: { content: a, dest: DIR/d/a }, register: a }
        - { name: L, command: "ls {{ item }}", loop: "{{ [a.dest | dirname] }}", register: l, changed_when: false }
        - { name: B, copy: { content: b, dest: DIR/d/b } }
        - { name: Said, debug: { msg: "{{ l.results[0].stdout }}" } }
        - { name: N, copy: { content: n, dest: "DIR/d/n{{ item }}" }, loop: "{{ 5 }}" }
        - { name: C, copy: { content: c, dest: DIR/d/c } }`,
      files: { 'd/.keep': '' },
      trace: [
        'h1 | A | changed',
        'h1 | L (DIR/d) | ok',
        'h1 | B | changed',
        'h1 > a',
        'h1 | Said | ok',
        'h1 | N | failed',
      ],
      after: project => {
        expect(existsSync(project.path('d/c'))).toBe(false)
      },
    },
    {
      case: "another host's command sees nothing of what this one's later tasks do",
      tasks: `
        - { name: A, copy: { content: a, dest: "DIR/d/{{ inventory_hostname }}-a" } }
        - { name: C, command: ls DIR/d, register: c, changed_when: false, when: inventory_hostname == 'h2' }
        - { name: B, copy: { content: b, dest: "DIR/d/{{ inventory_hostname }}-b" } }
        - { name: Said, debug: { msg: "{{ c.stdout_lines }}" }, when: inventory_hostname == 'h2' }`,
      files: { 'inventory.yml': TWO_HOSTS, 'd/.keep': '' },
      choice: TWO_MACHINES,
      trace: [
        'h1 | A | changed',
        'h2 | A | changed',
        'h1 | C | skipped',
        'h2 | C | ok',
        'h1 | B | changed',
        'h2 | B | changed',
        'h1 | Said | skipped',
        'h2 > [\n  "h1-a",\n  "h2-a"\n]',
        'h2 | Said | ok',
      ],
    },
    {
      case: 'with any_errors_fatal nobody goes ahead of a host that fails',
      tasks: `
        - { name: A, copy: { content: a, dest: "DIR/{{ inventory_hostname }}-a" } }
        - { name: P, copy: { content: p, dest: "{{ '/proc' if inventory_hostname == 'h2' else 'DIR' }}/provision-test" } }
        - { name: B, copy: { content: b, dest: "DIR/{{ inventory_hostname }}-b" } }`,
      keywords: 'any_errors_fatal: true',
      files: { 'inventory.yml': TWO_HOSTS },
      choice: TWO_MACHINES,
      trace: ['h1 | A | changed', 'h2 | A | changed', 'h1 | P | changed', 'h2 | P | failed'],
      after: project => {
        expect(existsSync(project.path('h1-b'))).toBe(false)
      },
    },
    {
      case: 'two names of one machine take their turns one after the other',
      tasks: `
        - { name: A, copy: { content: "{{ inventory_hostname }}", dest: DIR/a } }
        - { name: B, copy: { content: "{{ inventory_hostname }}", dest: DIR/b } }
        - { name: L, lineinfile: { path: DIR/a, line: "{{ inventory_hostname }} line" } }`,
      files: { 'inventory.yml': inventory({ h1: '{}', h2: '{}' }) },
      trace: ['A', 'B', 'L'].flatMap(name => [`h1 | ${name} | changed`, `h2 | ${name} | changed`]),
      after: project => {
        expect(read(project, 'a')).toBe('h2\nh1 line\nh2 line\n')
      },
    },
    {
      case: 'on the controller itself, a file that was just written is read anew',
      tasks: `
        - { name: A, copy: { content: new, dest: DIR/files/src } }
        - { name: B, copy: { src: DIR/files/src, dest: DIR/copied } }
        - { name: C, copy: { content: "{{ lookup('file', 'DIR/files/src') }}", dest: DIR/looked } }`,
      files: { 'files/src': 'old' },
      trace: ['A', 'B', 'C'].map(name => `h1 | ${name} | changed`),
      after(project, ran) {
        expect([read(project, 'copied'), read(project, 'looked')]).toEqual(['new', 'new'])
        const [change] = ran.reports[1]?.changes ?? []
        expect(change?.diff).toMatchObject({ before: null, after: 'new' })
      },
    },
    {
      case: 'failed_when has the last word before the next change',
      tasks: `
        - { name: A, copy: { content: a, dest: DIR/a } }
        - { name: F, copy: { content: f, dest: DIR/f }, failed_when: true }
        - { name: B, copy: { content: b, dest: DIR/b } }`,
      trace: ['h1 | A | changed', 'h1 | F | failed'],
      after: project => {
        expect(existsSync(project.path('b'))).toBe(false)
      },
    },
    {
      case: 'contents and names of every kind',
      tasks: `
        - { name: L, copy: { content: "{{ item.text }}", dest: "DIR/d/{{ item.name }}" }, loop: "{{ all }}", loop_control: { label: "{{ item.name }}" } }
        - { name: Raw, copy: { src: raw, dest: DIR/d/raw } }
        - { name: End, copy: { content: end, dest: DIR/d/end } }`,
      keywords: `
        vars:
          all:
            - { name: empty, text: "" }
            - { name: quotes, text: "it's \\"a\\" $HOME \`id\` \\\\ %s" }
            - { name: lines, text: "a\\n\\nb\\n\\n" }
            - { name: "it's a $name", text: strange }
            - { name: -rf, text: dash }
            - { name: accents, text: "äöü €" }`,
      files: { 'd/.keep': '', raw: `\uFFFD${'x'.repeat(70_000)}` },
      trace: [
        ...['empty', 'quotes', 'lines', "it's a $name", '-rf', 'accents'].map(
          name => `h1 | L (${name}) | changed`,
        ),
        'h1 | Raw | changed',
        'h1 | End | changed',
      ],
      after(project) {
        expect(read(project, 'd/empty')).toBe('')
        expect(read(project, 'd/quotes')).toBe('it\'s "a" $HOME `id` \\ %s')
        expect(read(project, 'd/lines')).toBe('a\n\nb\n\n')
        expect(read(project, "d/it's a $name")).toBe('strange')
        expect(read(project, 'd/-rf')).toBe('dash')
        expect(read(project, 'd/accents')).toBe('äöü €')
        expect(read(project, 'd/raw')).toBe(`\uFFFD${'x'.repeat(70_000)}`)
      },
    },
  ])
})

/** A machine on which one request that replaces many files goes wrong. */
class Spoilt extends Wrapped {
  readonly #answer: (output: Output) => Output
  readonly #runs: boolean

  constructor(real: Machine, runs: boolean, answer: (output: Output) => Output) {
    super(real)
    this.#runs = runs
    this.#answer = answer
  }

  override async run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    const isHeap = (request: Request): boolean => request.script.text === '. /proc/self/fd/0'
    const left = requests.filter(request => this.#runs || !isHeap(request))
    const outputs = [...(await this.real.run(left, as))].values()
    return requests.map(request => {
      const output: Output =
        this.#runs || !isHeap(request) ? (outputs.next().value as Output) : NOTHING
      return isHeap(request) ? this.#answer(output) : output
    })
  }
}

/** A machine that keeps the changes that it was sent. */
class Recording extends Wrapped {
  readonly #seen: Request[]

  constructor(real: Machine, seen: Request[]) {
    super(real)
    this.#seen = seen
  }

  override run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    this.#seen.push(...requests.filter(({ afterSuccess }) => afterSuccess === true))
    return this.real.run(requests, as)
  }
}

const NONE = Buffer.alloc(0)
const NOTHING: Output = { code: 0, stdout: NONE, stderr: NONE, ms: 0, timedOut: false }
const failing = (output: Output): Output => ({ ...output, code: 1 })

const spoilt = (runs: boolean): RunChoice => ({
  connect: (_, real) => new Spoilt(real(), runs, failing),
})

const THREE = `
  - { name: A, copy: { content: a, dest: DIR/d/a } }
  - { name: B, copy: { content: b, dest: DIR/d/b } }
  - { name: C, copy: { content: c, dest: DIR/d/c } }`
const ALL_CHANGED = ['A', 'B', 'C'].map(name => `h1 | ${name} | changed`)

describe('when what travels together fails', () => {
  test.each([
    { case: 'and nothing was done, each is done by itself', runs: false },
    { case: 'although it was done, the reading tells', runs: true },
  ])('$case', async ({ runs }) => {
    const project = new Project({ 'site.yml': play(THREE), 'd/.keep': '' })
    const ran = await project.run(spoilt(runs))
    expect(ran.trace).toEqual(ALL_CHANGED)
    expect(['a', 'b', 'c'].map(name => read(project, `d/${name}`))).toEqual(['a', 'b', 'c'])
    expect((await project.run()).summary.hosts.get('h1')).toMatchObject({ ok: 3, changed: 0 })
  })
})

test('a handler is noted once', async () => {
  const tasks = `
    - { name: A, copy: { content: a, dest: DIR/d/a }, notify: H }
    - { name: B, copy: { content: b, dest: DIR/d/b }, notify: H }
    - { name: Between, command: touch DIR/d/between }
    - { name: C, copy: { content: c, dest: DIR/d/c }, notify: H }`
  const handlers = 'handlers:\n  - { name: H, copy: { content: h, dest: DIR/d/h } }'
  const project = new Project({ 'site.yml': play(tasks, handlers), 'd/.keep': '' })
  const seen: Request[] = []
  await project.run({ connect: (_, real) => new Recording(real(), seen) })
  expect(read(project, 'd/h')).toBe('h')
  expect(seen.filter(({ script }) => script.text.includes('kept/due.new'))).toHaveLength(1)
})

describe('files of one turn', () => {
  const tree = {
    'site.yml': play('- { name: T, copy: { src: DIR/tree/, dest: DIR/d } }'),
    'tree/a': 'a',
    'tree/b': 'b',
    'tree/c': 'c',
    'd/.keep': '',
  }
  const stands = (project: Project): string[] =>
    ['a', 'b', 'c'].map(name => read(project, `d/${name}`))

  test('are replaced by one request', async () => {
    const project = new Project(tree)
    const seen: Request[] = []
    await project.run({ connect: (_, real) => new Recording(real(), seen) })
    expect(stands(project)).toEqual(['a', 'b', 'c'])
    expect(seen.map(({ script }) => script.text)).toEqual(['. /proc/self/fd/0'])
  })

  test.each([
    { case: 'and nothing was done', runs: false },
    { case: 'although it was done', runs: true },
  ])('are replaced one by one where that fails, $case', async ({ runs }) => {
    const project = new Project(tree)
    const ran = await project.run(spoilt(runs))
    expect(ran.trace).toEqual(['h1 | T | changed'])
    expect(stands(project)).toEqual(['a', 'b', 'c'])
  })

  test('are not replaced after one that cannot be, which is named', async () => {
    const project = new Project({
      'site.yml': play('- { name: T, copy: { src: DIR/tree/, dest: DIR/d } }'),
      'tree/a': 'a',
      'tree/sub/b': 'b',
      'tree/z': 'z',
      'd/.keep': '',
    })
    // Nothing can be made in /proc.
    symlinkSync('/proc', project.path('d/sub'))
    const ran = await project.run()
    expect(ran.trace).toEqual(['h1 | T | failed'])
    expect(ran.reports.map(({ message }) => message)).toEqual([containing('/b: ')])
    expect(readdirSync(project.path('d')).sort()).toEqual(['.keep', 'a', 'sub'])
  })
})

describe('round trips', () => {
  const many = (count: number): string => `
    - { name: D, file: { path: DIR/d/sub, state: directory } }
    - { name: L, copy: { content: "{{ item }}", dest: "DIR/d/sub/{{ item }}" }, loop: "{{ range(${count}) | list }}" }
    - { name: T, copy: { content: t, dest: DIR/d/t }, notify: H }`
  const handlers = 'handlers:\n  - { name: H, copy: { content: h, dest: DIR/d/h } }'

  test('new files cost one to be asked for, and one for each heap of them', async () => {
    const count = 2 * MOST_TURNS - 2
    const project = new Project({ 'site.yml': play(many(count), handlers), 'd/.keep': '' })
    const ran = await project.run()
    expect(ran.summary.hosts.get('h1')).toMatchObject({ changed: 4, failed: 0 })
    expect(readdirSync(project.path('d/sub'))).toHaveLength(count)
    // Asked, the directory, the files in it; the handler is asked for, run, and taken off what is due.
    expect(ran.summary.roundTrips.get('h1')).toBe(1 + 1 + 2 + 3)
  })

  test('a run that keeps to a plan changes one by one', async () => {
    const project = new Project({ 'site.yml': play(THREE), 'd/.keep': '' })
    const together = await project.run()
    for (const name of ['a', 'b', 'c']) writeFileSync(project.path('d', name), 'spoilt')
    const seen: string[] = []
    const apart = await project.run({
      overseer: {
        begin: () => ({
          planned: ({ changes }) => void seen.push(...changes.map(({ summary }) => summary)),
          unsure: () => undefined,
          over: () => undefined,
          reported: () => undefined,
          isOpen: false,
        }),
        refusalOf: () => undefined,
        leftUndone: () => undefined,
      },
    })
    expect(seen).toHaveLength(3)
    expect(apart.trace).toEqual(ALL_CHANGED)
    const trips = (ran: typeof apart): number => ran.summary.roundTrips.get('h1') ?? 0
    expect([trips(together), trips(apart)]).toEqual([2, 4])
  })
})

test('a host that hangs does not keep the others from changing their files', async () => {
  const project = new Project({
    'inventory.yml': TWO_HOSTS,
    'site.yml': play(THREE),
    'd/.keep': '',
  })
  const hanging = new FakeMachine({ answer: () => ({ fault: 'hangs' }) })
  const running = project.run({
    connect: (settings, real) => (settings.kind === 'local' ? real() : hanging),
  })
  await until(() => existsSync(project.path('d/c')))
  expect(['a', 'b', 'c'].map(name => read(project, `d/${name}`))).toEqual(['a', 'b', 'c'])
  await hanging.reset()
  const { trace } = await running
  expect(trace.filter(line => line.startsWith('h1'))).toEqual(ALL_CHANGED)
  expect(trace.filter(line => line.startsWith('h2'))).toEqual(['h2 | A | unreachable'])
})

test('what was done ahead of its turn is told when the run is interrupted before that', async () => {
  const project = new Project({ 'site.yml': play(THREE), 'd/.keep': '' })
  const stop = new AbortController()
  const ran = await project.run({
    signal: stop.signal,
    onEvent(event) {
      if (event.kind === 'task done') stop.abort()
    },
  })
  expect(ran.trace).toEqual(['h1 | A | changed'])
  expect(ran.warnings).toEqual([
    `h1: changed ahead of tasks whose turn did not come: ${project.path('site.yml')}:5:7, ${project.path('site.yml')}:6:7`,
  ])
})

test('what tasks cost adds up to what the run has cost', async () => {
  const site = play(`
  - { name: Slow, command: sleep 0.3, changed_when: false }${THREE}`)
  const project = new Project({ 'site.yml': site, 'd/.keep': '' })
  const { reports, summary } = await project.run()
  const costs = reports.map(({ cost }) => cost ?? NO_COST)
  // What A is asked goes along with the command.
  expect(costs.map(({ roundTrips }) => roundTrips)).toEqual([1, 1, 0, 0])
  expect(summary.roundTrips.get('h1')).toBe(2)
  const [slow, first, second] = costs
  expect(slow?.remoteMs).toBeGreaterThanOrEqual(280)
  expect(first?.sentBytes).toBeGreaterThan(1000)
  expect(second).toEqual(NO_COST)
})

test('a change behind the tool is seen by the next run', async () => {
  const project = new Project({ 'site.yml': play(THREE), 'd/.keep': '' })
  await project.run()
  writeFileSync(project.path('d/b'), 'by hand')
  mkdirSync(project.path('d/other'))
  expect((await project.run()).trace).toEqual(['h1 | A | ok', 'h1 | B | changed', 'h1 | C | ok'])
  expect(read(project, 'd/b')).toBe('b')
})
