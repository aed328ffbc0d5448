import { existsSync } from 'node:fs'
import { play } from '../engine/harness.ts'
import { Plans } from './plans.ts'

jest.setTimeout(120_000)

const plans = new Plans({
  'site.yml': play(`
    - { name: Choice, command: cat DIR/choice, register: choice }
    - { name: When, copy: { content: w, dest: DIR/t/when }, when: choice.stdout == 'yes' }
    - { name: Never, copy: { content: w, dest: DIR/t/never }, when: choice.stdout == 'no' }
    - { name: Content, copy: { content: "{{ choice.stdout }}", dest: DIR/t/content } }
    - { name: Place, copy: { content: p, dest: "DIR/t/{{ choice.stdout }}" } }
    - { name: Loop, copy: { content: l, dest: "DIR/t/{{ item }}" }, loop: "{{ choice.stdout_lines }}" }
    - { name: Opened, include_tasks: "{{ choice.stdout }}.yml" }
    - { name: Known, include_tasks: known.yml, when: choice.stdout == 'yes' }`),
  'yes.yml': '- { name: Brought, copy: { content: b, dest: DIR/t/brought } }\n',
  'known.yml': '- { name: Inside, copy: { content: i, dest: DIR/t/inside } }\n',
  choice: 'yes',
  't/.keep': '',
})

test('a maybe is shown with what it can touch, and carried out within that', async () => {
  expect(await plans.plan()).toMatchObject({ code: 3 })
  const { text } = await plans.show()
  for (const shown of ['Content  may change: h1', 'can touch: path /', 'can touch: everything'])
    expect(text).toContain(shown)
  const { code, report } = await plans.applied()
  expect(report.tasks.filter(({ status }) => status === 'failed')).toEqual([])
  expect(code).toBe(0)
  expect(
    ['when', 'content', 'yes', 'brought', 'inside'].map(name => plans.read(`t/${name}`)),
  ).toEqual(['w', 'yes', 'l', 'b', 'i'])
  expect(existsSync(plans.path('t/never'))).toBe(false)
})
