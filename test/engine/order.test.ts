import { existsSync, statSync } from 'node:fs'
import { defineModule } from '../../src/core/module.ts'
import { text } from '../../src/core/schema.ts'
import { sh } from '../../src/core/shell.ts'
import type { As, Machine, Output, Request } from '../../src/core/wire.ts'
import { FakeMachine } from '../../src/host/fake.ts'
import { until } from '../cli/cli.ts'
import { behaves, play, Project, type Ran, type RunChoice } from './harness.ts'
import { Wrapped } from './wrapped.ts'

/** Machines of their own to the engine, all of them this one. */
const APART: RunChoice = { connect: (settings, real) => real({ ...settings, kind: 'local' }) }
const INVENTORY = `
all:
  hosts:
    h1: { ansible_connection: ssh, ansible_host: one }
    h2: { ansible_connection: ssh, ansible_host: two }
    h3: { ansible_connection: ssh, ansible_host: three }
`
const FILES = { 'inventory.yml': INVENTORY }
const ofAll = (...lines: readonly string[]): string[] =>
  lines.flatMap(line => ['h1', 'h2', 'h3'].map(host => `${host} ${line}`))

/** A task that has something to do on h1 alone, so that the others are ahead of it. */
const SLOW = `- { name: Slow, copy: { content: a, dest: "DIR/{{ inventory_hostname }}-a" }, when: inventory_hostname == 'h1' }`
const WAS_SLOW = ['h1 | Slow | changed', 'h2 | Slow | skipped', 'h3 | Slow | skipped']

/** A machine that is asked nothing before the test lets it. */
class Held extends Wrapped {
  readonly #opened: Promise<void>

  constructor(real: Machine, opened: Promise<void>) {
    super(real)
    this.#opened = opened
  }

  override async run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    await this.#opened
    return this.real.run(requests, as)
  }
}

/** Starts a run in which h1 is held until `open` is called. */
const held = (
  project: Project,
  choice: RunChoice = {},
): { readonly run: Promise<Ran>; readonly open: () => void } => {
  let open = (): void => undefined
  const opened = new Promise<void>(resolve => (open = resolve))
  const run = project.run({
    ...choice,
    connect(settings, real) {
      const machine = real({ ...settings, kind: 'local' })
      return settings.host === 'one' ? new Held(machine, opened) : machine
    },
  })
  return { run, open }
}

// Each of these is run with looking ahead and without, where all hosts are at the same task.
describe('hosts that go ahead of each other come to the same', () => {
  behaves([
    {
      case: 'files, blocks, and what is said of them',
      tasks: `
        - { name: A, copy: { content: a, dest: "DIR/{{ inventory_hostname }}-a" }, register: made }
        - name: B
          when: inventory_hostname != 'h2'
          block:
            - { name: C, copy: { content: c, dest: "DIR/{{ inventory_hostname }}-c" } }
            - { name: Said, debug: { msg: "{{ made is changed }}" } }
        - { name: "D of {{ inventory_hostname }}", copy: { content: d, dest: "DIR/{{ inventory_hostname }}-d" } }`,
      files: FILES,
      choice: APART,
      trace: [
        ...ofAll('| A | changed'),
        'h1 | C | changed',
        'h2 | C | skipped',
        'h3 | C | changed',
        'h1 > true',
        'h1 | Said | ok',
        'h2 | Said | skipped',
        'h3 > true',
        'h3 | Said | ok',
        ...['h1', 'h2', 'h3'].map(host => `${host} | D of ${host} | changed`),
      ],
    },
    {
      case: 'what another host has registered is read as it was at the task',
      tasks: `
        - { name: One, set_fact: { x: "one of {{ inventory_hostname }}" } }
        ${SLOW}
        - { name: Own, set_fact: { x: "{{ hostvars[inventory_hostname].x }} again" } }
        - { name: Read, debug: { msg: "{{ hostvars['h2'].x }}" } }
        - { name: Later, debug: { msg: "{{ hostvars['h2'].y | default('not yet') }}" } }
        - { name: Two, set_fact: { x: two, y: there } }
        - { name: Again, debug: { msg: "{{ hostvars['h1'].x }} {{ hostvars['h3'].y }}" } }`,
      files: FILES,
      choice: APART,
      trace: [
        ...ofAll('| One | ok'),
        ...WAS_SLOW,
        ...ofAll('| Own | ok'),
        ...['h1', 'h2', 'h3'].flatMap(host => [`${host} > one of h2 again`, `${host} | Read | ok`]),
        ...['h1', 'h2', 'h3'].flatMap(host => [`${host} > not yet`, `${host} | Later | ok`]),
        ...ofAll('| Two | ok'),
        ...['h1', 'h2', 'h3'].flatMap(host => [`${host} > two there`, `${host} | Again | ok`]),
      ],
    },
    {
      case: 'a host is lost to the others from its failure on, and not before',
      tasks: `
        ${SLOW}
        - { name: Before, debug: { msg: "{{ ansible_play_hosts | join(' ') }}" } }
        - { name: Fails, fail: { msg: no }, when: inventory_hostname == 'h3' }
        - { name: After, debug: { msg: "{{ ansible_play_hosts | join(' ') }}" } }`,
      files: FILES,
      choice: APART,
      trace: [
        ...WAS_SLOW,
        ...['h1', 'h2', 'h3'].flatMap(host => [`${host} > h1 h2 h3`, `${host} | Before | ok`]),
        'h1 | Fails | skipped',
        'h2 | Fails | skipped',
        'h3 | Fails | failed',
        ...['h1', 'h2'].flatMap(host => [`${host} > h1 h2`, `${host} | After | ok`]),
      ],
    },
    {
      case: 'a host that failed at a later task was not lost at an earlier one',
      tasks: `
        ${SLOW}
        - { name: Before, debug: { msg: "{{ ansible_play_hosts | join(' ') }}" }, when: inventory_hostname == 'h1' }
        - { name: Fails, fail: { msg: no }, when: inventory_hostname == 'h3' }`,
      files: FILES,
      choice: APART,
      trace: [
        ...WAS_SLOW,
        'h1 > h1 h2 h3',
        'h1 | Before | ok',
        'h2 | Before | skipped',
        'h3 | Before | skipped',
        'h1 | Fails | skipped',
        'h2 | Fails | skipped',
        'h3 | Fails | failed',
      ],
    },
    {
      case: 'a dry run, with a handler that some notify',
      tasks: `
        - { name: A, copy: { content: a, dest: "DIR/{{ inventory_hostname }}-a" }, register: made, notify: H, when: inventory_hostname != 'h2' }
        - { name: B, file: { path: "DIR/{{ inventory_hostname }}-a", mode: "0600" }, when: made is changed }
        - { name: Read, debug: { msg: "{{ hostvars['h3'].made is changed }}" } }`,
      keywords: `handlers: [{ name: H, debug: { msg: "{{ inventory_hostname }}" } }]`,
      files: FILES,
      choice: { ...APART, flags: { dryRun: true } },
      trace: [
        'h1 | A | changed',
        'h2 | A | skipped',
        'h3 | A | changed',
        'h1 | B | changed',
        'h2 | B | skipped',
        'h3 | B | changed',
        ...['h1', 'h2', 'h3'].flatMap(host => [`${host} > true`, `${host} | Read | ok`]),
        ...['h1', 'h3'].flatMap(host => [`${host} > ${host}`, `${host} | handler H | ok`]),
      ],
    },
    {
      case: 'a loop over what others have registered',
      tasks: `
        - { name: X, set_fact: { xs: ["{{ inventory_hostname }}", b] } }
        ${SLOW}
        - { name: L, copy: { content: "{{ item }}", dest: "DIR/{{ inventory_hostname }}-{{ item }}" }, loop: "{{ hostvars['h1'].xs }}" }`,
      files: FILES,
      choice: APART,
      trace: [
        ...ofAll('| X | ok'),
        ...WAS_SLOW,
        ...['h1', 'h2', 'h3'].flatMap(host => [
          `${host} | L (h1) | changed`,
          `${host} | L (b) | changed`,
        ]),
      ],
    },
  ])
})

/** In the place of `ping`: starts something whenever it is asked to. */
const starting = defineModule({
  name: 'ping',
  summary: 'Starts something.',
  params: { data: text('A file that is made.') },
  probes: () => ({}),
  plan: ({ data }) => [
    {
      do: 'run',
      summary: 'start it',
      script: sh`touch -- ${data}`,
      effects: [],
      scope: [{ realm: 'unit', name: 'it' }],
      act: { kind: 'unproved' },
    },
  ],
})

/** Milliseconds since 1970. */
const madeAt = (project: Project, name: string): number => statSync(project.path(name)).ctimeMs

const FILE = (name: string): string =>
  `{ name: ${name}, copy: { content: x, dest: "DIR/{{ inventory_hostname }}-${name}" } }`

describe('a host that hangs', () => {
  const SITE = play(`
    - ${FILE('A')}
    - block:
        - ${FILE('B')}
        - { name: Same, file: { path: DIR/there, state: directory } }
    - { name: Said, debug: { msg: "{{ inventory_hostname }}" } }
    - ${FILE('C')}
    - { name: Command, command: "touch DIR/{{ inventory_hostname }}-command", when: inventory_hostname == 'h1' }
    - ${FILE('D')}`)

  test('keeps nobody from what no other host can tell, and all from what one could', async () => {
    const project = new Project({ ...FILES, 'site.yml': SITE, 'there/.keep': '' })
    const { run, open } = held(project)
    await until(() => ['h2', 'h3'].every(host => existsSync(project.path(`${host}-C`))))
    expect(existsSync(project.path('h1-A'))).toBe(false)
    open()
    const { trace } = await run
    // Nobody knows what the command looks at on other hosts.
    for (const host of ['h2', 'h3'])
      expect(madeAt(project, `${host}-D`)).toBeGreaterThan(madeAt(project, 'h1-command'))
    expect(trace).toEqual([
      ...ofAll('| A | changed', '| B | changed', '| Same | ok'),
      ...['h1', 'h2', 'h3'].flatMap(host => [`${host} > ${host}`, `${host} | Said | ok`]),
      ...ofAll('| C | changed'),
      'h1 | Command | changed',
      'h2 | Command | skipped',
      'h3 | Command | skipped',
      ...ofAll('| D | changed'),
    ])
  })

  test('is told to be lost where it was, and the others go on', async () => {
    const project = new Project({ ...FILES, 'site.yml': SITE, 'there/.keep': '' })
    const hanging = new FakeMachine({ answer: () => ({ fault: 'hangs' }) })
    const running = project.run({
      connect: (settings, real) =>
        settings.host === 'one' ? hanging : real({ ...settings, kind: 'local' }),
    })
    await until(() => ['h2', 'h3'].every(host => existsSync(project.path(`${host}-C`))))
    await hanging.reset()
    const { trace, summary } = await running
    expect(trace.filter(line => line.startsWith('h1'))).toEqual(['h1 | A | unreachable'])
    expect(trace.slice(0, 3)).toEqual([
      'h1 | A | unreachable',
      'h2 | A | changed',
      'h3 | A | changed',
    ])
    for (const host of ['h2', 'h3'])
      expect(summary.hosts.get(host)).toMatchObject({ changed: 4, ok: 6, skipped: 1 })
  })

  test('has no file written from what it has not registered yet', async () => {
    const tasks = `
      - { name: A, copy: { content: x, dest: "DIR/{{ inventory_hostname }}-A" }, register: made }
      - { name: B, copy: { content: "{{ hostvars['h1'].made.dest | default('none') }}", dest: "DIR/{{ inventory_hostname }}-B" } }`
    const project = new Project({ ...FILES, 'site.yml': play(tasks) })
    const { run, open } = held(project)
    await until(() => ['h2', 'h3'].every(host => existsSync(project.path(`${host}-A`))))
    open()
    const { reports } = await run
    const written = reports
      .filter(({ task }) => task === 'B')
      .map(({ changes: [change] }) => change)
    expect(written).toHaveLength(3)
    for (const change of written)
      expect(change?.diff).toMatchObject({ before: null, after: project.path('h1-A') })
  })

  test('is waited for by the item of a loop that reads what it registers', async () => {
    const tasks = `
      - { name: X, copy: { content: x, dest: "DIR/{{ inventory_hostname }}-X" }, register: made }
      - name: L
        copy: { content: "{{ hostvars[item].made.dest if item != 'own' else 'own' }}", dest: "DIR/{{ inventory_hostname }}-{{ item }}" }
        loop: [own, h1]`
    const project = new Project({ ...FILES, 'site.yml': play(tasks) })
    const { run, open } = held(project)
    await until(() => ['h2', 'h3'].every(host => existsSync(project.path(`${host}-own`))))
    open()
    expect((await run).trace).toEqual([
      ...ofAll('| X | changed'),
      ...['h1', 'h2', 'h3'].flatMap(host => [
        `${host} | L (own) | changed`,
        `${host} | L (h1) | changed`,
      ]),
    ])
  })

  test('and one that waits for it take no fork from the others', async () => {
    const tasks = `
      - { name: A, copy: { content: x, dest: "DIR/{{ inventory_hostname }}-A" }, register: made }
      - { name: Read, debug: { msg: "{{ hostvars['h1'].made.changed }}" }, when: inventory_hostname == 'h2' }
      - ${FILE('B')}`
    const project = new Project({ ...FILES, 'site.yml': play(tasks) })
    const { run, open } = held(project, { flags: { forks: 2 } })
    await until(() => existsSync(project.path('h3-B')))
    expect(existsSync(project.path('h2-B'))).toBe(false)
    open()
    expect((await run).trace).toContain('h2 > true')
  })

  test('has others wait before they change what it could tell', async () => {
    const tasks = `
      - ${FILE('A')}
      - { name: Act, ping: { data: "DIR/{{ inventory_hostname }}-act" } }
      - ${FILE('B')}`
    const project = new Project({ ...FILES, 'site.yml': play(tasks) })
    const { run, open } = held(project, { modules: [starting] })
    await until(() => ['h2', 'h3'].every(host => existsSync(project.path(`${host}-A`))))
    open()
    const { trace } = await run
    expect(trace).toEqual(ofAll('| A | changed', '| Act | changed', '| B | changed'))
    for (const host of ['h2', 'h3'])
      expect(madeAt(project, `${host}-act`)).toBeGreaterThan(madeAt(project, 'h1-A'))
  })
})
