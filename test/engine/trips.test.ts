import type { TaskReport } from '../../src/core/event.ts'
import { play, Project, type Ran } from './harness.ts'

const tripsOf = ({ summary }: Ran): number | undefined => summary.roundTrips.get('h1')
const statuses = ({ reports }: Ran): TaskReport['status'][] => reports.map(({ status }) => status)

const converging = `
  - { name: D, file: { path: DIR/d, state: directory } }
  - { name: A, copy: { content: a, dest: DIR/d/a } }
  - { name: B, copy: { content: "{{ inventory_hostname }}", dest: DIR/d/b } }
  - { name: S, stat: { path: DIR/d/a }, register: s }
  - { name: L, file: { path: "DIR/d/{{ item }}", state: directory }, loop: [x, y, z] }
  - { name: Size, copy: { content: "{{ s.stat.size }}", dest: DIR/d/size }, when: s.stat.exists }`

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
