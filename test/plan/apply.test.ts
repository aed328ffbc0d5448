import { rmSync } from 'node:fs'
import { play } from '../engine/harness.ts'
import { Plans } from './plans.ts'

jest.setTimeout(60_000)

const plans = new Plans({
  'site.yml': play(
    `
    - { name: D, file: { path: DIR/t/d, state: directory } }
    - { name: F, copy: { content: "one\\n", dest: DIR/t/d/f, mode: "0640" }, notify: H }
    - { name: L, copy: { content: "{{ item }}", dest: "DIR/t/l{{ item }}" }, loop: [a, b] }
    - { name: R, command: cat /dev/null, register: r }
    - { name: M, copy: { content: m, dest: DIR/t/m }, when: r.rc == 0 }
    - { name: Q, command: "true", changed_when: false }`,
    `
    handlers:
      - { name: H, command: "true" }`,
  ),
})

beforeEach(() => {
  rmSync(plans.path('t'), { recursive: true, force: true })
  plans.write({ 't/.keep': '' })
})

test('a plan is made twice with the same digest for the host, and applied to what it says', async () => {
  expect(await plans.plan()).toMatchObject({ code: 3 })
  const first = plans.document()
  expect(await plans.plan()).toMatchObject({ code: 3 })
  expect(plans.document().hosts).toEqual(first.hosts)
  const { code, report } = await plans.applied()
  expect(report.tasks.map(({ task, status }) => `${task} ${status}`)).toEqual(
    'D changed|F changed|L changed|L changed|R changed|M changed|Q ok|H changed'.split('|'),
  )
  expect(code).toBe(0)
  expect(plans.read('t/d/f')).toBe('one\n')
})
