import type { TaskReport } from '../../src/core/event.ts'
import { defineModule } from '../../src/core/module.ts'
import { answer, probeOf, type ProbeKind } from '../../src/core/probe.ts'
import { text } from '../../src/core/schema.ts'
import { sh } from '../../src/core/shell.ts'
import { HostLost, type As, type Machine, type Output, type Request } from '../../src/core/wire.ts'
import { Pool } from '../../src/host/index.ts'
import { play, Project, type Ran } from './harness.ts'
import { Wrapped } from './wrapped.ts'

const tripsOf = ({ summary }: Ran): number | undefined => summary.roundTrips.get('h1')
const statuses = ({ reports }: Ran): TaskReport['status'][] => reports.map(({ status }) => status)

const converging = `
  - { name: D, file: { path: DIR/d, state: directory } }
  - { name: A, copy: { content: a, dest: DIR/d/a } }
  - { name: B, copy: { content: "{{ inventory_hostname }}", dest: DIR/d/b } }
  - { name: S, stat: { path: DIR/d/a }, register: s }
  - { name: L, file: { path: "DIR/d/{{ item }}", state: directory }, loop: [x, y, z] }
  - { name: Size, copy: { content: "{{ s.stat.size }}", dest: DIR/d/size }, when: s.stat.exists }`

const TWO_MACHINES = `
all:
  hosts:
    h1: { ansible_connection: local }
    h2: { ansible_connection: ssh }
`

/** A machine that is lost when it is first asked something after a change. */
class LostAfterwards extends Wrapped {
  #hasChanged = false

  override run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    const asks = requests.every(({ isQuestion }) => isQuestion)
    const isLost = asks && this.#hasChanged
    this.#hasChanged = !asks
    if (isLost) return Promise.reject(new HostLost('E_HOST_DIED', 'the connection ended'))
    return this.real.run(requests, as)
  }
}

/** A machine on which other accounts have a shell of their own, as they do where one can become them. */
class TwoShells extends Wrapped {
  readonly #other: Machine

  constructor(real: Machine, other: Machine) {
    super(real)
    this.#other = other
  }

  override run(requests: readonly Request[], { user }: As): Promise<readonly Output[]> {
    const shell = user === undefined ? this.real : this.#other
    return shell.run(requests, { user: undefined })
  }
}

/** Whether a path is there, as a question that changes of units and of other machines touch. */
const isThere = probeOf<string, boolean>({
  name: 'there',
  ask: ([path = '']) => sh`[ -e ${path} ] && echo yes`,
  read: ({ stdout }) => [answer(stdout.length > 0)],
  dependsOn: () => [{ realm: 'unit', name: '*' }],
  crossesMachines: true,
})

describe('round trips', () => {
  test.each([
    {
      case: 'a converged play without facts: one for each link of its longest chain',
      site: play(converging),
      // All that can be known from the start; then what depends on the registered size.
      trips: 2,
    },
    {
      case: 'a converged play whose tasks do not depend on its facts asks for all of them together',
      site: play(converging).replace('gather_facts: false', 'gather_facts: true'),
      trips: 2,
    },
    {
      case: 'what depends on facts comes after them',
      site: play(
        '- { name: F, file: { path: "DIR/{{ ansible_system }}", state: directory } }',
      ).replace('gather_facts: false', 'gather_facts: true'),
      trips: 2,
    },
    {
      case: 'two plays, each with facts that it depends on: no more than one of them',
      site: [1, 2]
        .map(n =>
          play(
            `- { name: F, file: { path: "DIR/${n}{{ ansible_system }}", state: directory } }`,
          ).replace('gather_facts: false', 'gather_facts: true'),
        )
        .join(''),
      trips: 2,
    },
    {
      case: 'a result that is known already lets what depends on it be asked with what depends on others',
      site: [
        play(`
          - { name: S, stat: { path: / }, register: s }
          - { name: A, file: { path: "DIR/a{{ s.stat.isdir }}", state: directory } }`),
        play(`
          - { name: T, stat: { path: /etc }, register: t }
          - { name: W, set_fact: { where: "DIR/b{{ t.stat.isdir }}" } }
          - { name: Not, stat: { path: /proc }, register: n, when: not t.stat.isdir }
          - { name: B, file: { path: "{{ where }}", state: directory }, when: n is skipped }`),
      ].join(''),
      trips: 2,
    },
    {
      case: 'files of the controller and passwords that are kept there are read ahead',
      site: play(`
        - { name: D, file: { path: DIR/d, state: directory } }
        - { name: F, copy: { content: "{{ lookup('file', 'DIR/inventory.yml') }}", dest: DIR/d/f } }
        - { name: P, copy: { content: "{{ lookup('password', 'DIR/pw length=12') }}", dest: DIR/d/p } }`),
      trips: 1,
    },
    {
      case: 'what chance makes anew is not',
      site: play(`
        - { name: D, file: { path: DIR/d, state: directory } }
        - { name: P, file: { path: "{{ 'DIR/d' if lookup('password', '/dev/null') else '' }}", state: directory } }
        - { name: S, stat: { path: "{{ '/etc' if lookup('password', '/dev/null') else '' }}" } }`),
      trips: 2,
    },
    {
      case: 'which handlers an earlier run has left due is asked along with all else',
      site: [
        play('- { name: D, file: { path: DIR/d, state: directory } }'),
        play(
          '- { name: E, file: { path: DIR/e, state: directory } }',
          'handlers: [{ name: H, command: "true" }]',
        ),
      ].join(''),
      trips: 1,
    },
    {
      case: 'what nobody can know yet is asked in its turn',
      site: play(`
        - { name: D, file: { path: DIR/d, state: directory } }
        - { name: C, command: "true", register: c, changed_when: false }
        - { name: A, file: { path: "DIR/d/a{{ c.rc }}", state: directory } }`),
      // The command's own trip lies between.
      trips: 3,
    },
    {
      case: 'a play that asks nothing of its host does not even connect',
      site: play('- { name: M, debug: { msg: hello } }'),
      trips: 0,
    },
    {
      case: 'conditions that are false cost nothing',
      site: play('- { name: D, file: { path: DIR/d, state: directory }, when: false }'),
      trips: 0,
    },
  ])('$case', async ({ site, trips }) => {
    const project = new Project({ 'site.yml': site })
    await project.run()
    const again = await project.run()
    expect(statuses(again)).not.toContain('changed')
    expect(tripsOf(again)).toBe(trips)
  })

  test('what other hosts delegate to a machine travels with its own questions', async () => {
    const project = new Project({
      'inventory.yml': TWO_MACHINES,
      'site.yml': [
        play('- { name: Own, stat: { path: / } }').replace('hosts: all', 'hosts: h2'),
        play(`
          - name: Once
            delegate_to: h2
            run_once: true
            block:
              - { name: S, stat: { path: /etc }, register: s }
              - { name: T, stat: { path: "/etc{{ '/passwd' if s.stat.isdir }}" }, register: t }
          - { name: Said, debug: { msg: "{{ t.stat.isreg }}" } }`).replace(
          'hosts: all',
          'hosts: h1',
        ),
      ].join(''),
    })
    const pool = new Pool(2)
    const ran = await project.run({
      connect: (settings, real) =>
        settings.kind === 'local' ? real() : pool.connect({ ...settings, kind: 'local' }),
    })
    await pool.close()
    expect(ran.trace.filter(line => line.includes('>'))).toEqual(['h1 > true'])
    expect(ran.summary.roundTrips.get('h2')).toBe(2)
  })

  test('what is no change of files travels with the reading that proves it', async () => {
    const making = defineModule({
      name: 'ping',
      summary: 'Makes a path as if a unit did.',
      params: { data: text('What it makes.') },
      touches: [],
      probes: want => ({ there: isThere(want.data) }),
      plan: (want, { there }) =>
        there === true
          ? []
          : [
              {
                do: 'run',
                summary: `make ${want.data}`,
                script: sh`touch ${want.data}`,
                effects: [],
                scope: [{ realm: 'unit', name: 'x.service' }],
              },
            ],
      result: () => ({}),
    })
    const project = new Project({ 'site.yml': play('- { name: Make, ping: { data: DIR/made } }') })
    const ran = await project.run({ modules: [making] })
    expect(ran.trace).toEqual(['h1 | Make | changed'])
    // One to ask, one to change and to read again.
    expect(tripsOf(ran)).toBe(2)
  })

  test('what the next task asks travels with a command', async () => {
    const project = new Project({
      'site.yml': play(`
        - { name: Make, command: touch DIR/made }
        - { name: Look, stat: { path: DIR/made }, register: s }
        - { name: Said, debug: { msg: "{{ s.stat.exists }}" } }`),
    })
    const ran = await project.run()
    expect(ran.trace).toContain('h1 > true')
    expect(tripsOf(ran)).toBe(1)
  })

  test('a machine that is lost after its change has been carried out is asked again', async () => {
    const project = new Project({
      'site.yml': play(`
        - { name: Make, command: touch DIR/made }
        - { name: Look, stat: { path: DIR/made }, register: s }
        - { name: Copy, copy: { content: x, dest: DIR/x } }
        - { name: Said, debug: { msg: "{{ s.stat.exists }}" } }`),
    })
    const ran = await project.run({ connect: (_, real) => new LostAfterwards(real()) })
    expect(ran.trace).toEqual([
      'h1 | Make | changed',
      'h1 | Look | ok',
      'h1 | Copy | changed',
      'h1 > true',
      'h1 | Said | ok',
    ])
  })

  test("another account's shell is asked once the change has been made", async () => {
    const project = new Project({
      'site.yml': play(`
        - { name: Make, command: "sh -c 'sleep 0.3; touch DIR/made'" }
        - name: Look
          become: true
          become_user: other
          stat: { path: DIR/made }
          register: s
        - { name: Said, debug: { msg: "{{ s.stat.exists }}" } }`),
    })
    const ran = await project.run({ connect: (_, real) => new TwoShells(real(), real()) })
    expect(ran.trace).toContain('h1 > true')
  })

  test('what another machine has answered while a change was under way is asked once more', async () => {
    const look = defineModule({
      name: 'ping',
      summary: 'Looks for what another machine makes.',
      params: { data: text('Where it looks.') },
      touches: [],
      probes: want => ({ there: isThere(want.data) }),
      plan: () => [],
      result: (_, { there }) => ({ there }),
    })
    const project = new Project({
      'inventory.yml': TWO_MACHINES,
      'site.yml': play(`
        - { name: Make, command: "sh -c '{{ 'sleep 0.5; touch DIR/made' if inventory_hostname == 'h1' else 'true' }}'" }
        - { name: Look, ping: { data: DIR/made }, register: s }
        - { name: Said, debug: { msg: "{{ s.there }}" } }`),
    })
    const ran = await project.run({
      modules: [look],
      connect: (settings, real) => real({ ...settings, kind: 'local' }),
    })
    expect(ran.trace).toEqual(expect.arrayContaining(['h1 > true', 'h2 > true']))
  })

  test('looking ahead spares trips, and each task is asked in its turn without', async () => {
    const project = new Project({ 'site.yml': play(converging) })
    await project.run()
    const together = await project.run()
    const apart = await project.run({ flags: { lookAhead: false } })
    expect(statuses(apart)).toEqual(statuses(together))
    expect(tripsOf(apart)).toBeGreaterThan((tripsOf(together) ?? 0) * 2)
  })

  test('a change costs its own trip and a fresh reading, and not the answers that it cannot touch', async () => {
    const project = new Project({ 'site.yml': play(converging) })
    await project.run()
    const { writeFileSync } = await import('node:fs')
    const before = tripsOf(await project.run()) ?? 0
    writeFileSync(project.path('d/b'), 'spoilt')
    const mended = await project.run()
    expect(mended.trace).toContain('h1 | B | changed')
    expect(tripsOf(mended)).toBeLessThanOrEqual(before + 3)
  })
})

describe('what costs a machine much', () => {
  const asked: string[][] = []
  const kind: ProbeKind<string, string> = {
    name: 'dear',
    ask(questions) {
      asked.push([...questions])
      return sh`true`
    },
    read: (_, questions) => questions.map(answer),
    dependsOn: () => [],
    isDear: true,
  }
  const dear = defineModule({
    name: 'ping',
    summary: 'Asks something dear.',
    params: { data: text('What it asks.') },
    touches: [],
    probes: want => ({ it: probeOf(kind)(want.data) }),
    plan: () => [],
    result: () => ({}),
  })
  beforeEach(() => asked.splice(0))

  test.each([
    {
      case: 'with that of the tasks beside it, not with what comes later',
      tasks: `
        - { ping: { data: a } }
        - { ping: { data: b } }
        - { stat: { path: / } }
        - { ping: { data: c } }`,
      together: [['a', 'b'], ['c']],
    },
    {
      case: 'with the items of its loop',
      tasks: `
        - { ping: { data: "{{ item }}" }, loop: [a, b] }
        - { ping: { data: c } }`,
      together: [['a', 'b', 'c']],
    },
    {
      case: 'not before its turn',
      tasks: `
        - { stat: { path: / } }
        - { ping: { data: a } }`,
      together: [['a']],
      trips: 2,
    },
  ])('is asked $case', async ({ tasks, together, trips = together.length }) => {
    const ran = await new Project({ 'site.yml': play(tasks) }).run({ modules: [dear] })
    expect(asked).toEqual(together)
    expect(tripsOf(ran)).toBe(trips)
  })
})
