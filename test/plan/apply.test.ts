import { appendFileSync, chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { inventory, play } from '../engine/harness.ts'
import { Plans, type Report } from './plans.ts'

jest.setTimeout(120_000)

/** Every host has a directory of its own below `t`. */
const TASKS = `
  - { name: D, file: { path: "{{ at }}/d", state: directory } }
  - { name: F, copy: { content: "one\\n{{ inventory_hostname }}\\n", dest: "{{ at }}/f", mode: "0640" }, notify: H }
  - { name: O, copy: { content: o, dest: "{{ at }}/o", mode: "0644" } }
  - { name: E, lineinfile: { path: "{{ at }}/e", line: added } }
  - { name: L, copy: { content: "{{ item }}", dest: "{{ at }}/l{{ item }}" }, loop: [a, b] }
  - { name: Q, command: "true", changed_when: false, check_mode: false }
  - { name: S, copy: { content: skipped, dest: "{{ at }}/s" }, when: not ansible_check_mode }`
const HANDLERS = `
  vars: { at: "DIR/t/{{ inventory_hostname }}" }
  handlers:
    - { name: H, copy: { content: h, dest: "{{ at }}/h" } }`

const HOSTS = ['same', 'drifted', 'removed', 'shut']

const plans = new Plans({
  'inventory.yml': inventory(Object.fromEntries(HOSTS.map(host => [host, '{}']))),
  'site.yml': play(TASKS, HANDLERS),
  ...Object.fromEntries(
    HOSTS.flatMap(host => [
      [`t/${host}/f`, 'old\n'],
      [`t/${host}/e`, 'first\n'],
      [`t/${host}/o`, 'o'],
    ]),
  ),
})

const changesIn = ({ tasks }: Report, host: string) =>
  tasks
    .filter(task => task.host === host && task.changes.length > 0)
    .map(({ task, item, changes }) => ({
      task,
      item,
      changes: changes.map(({ summary, diff }) => ({ summary, diff })),
    }))

describe('a plan of four hosts, of which three have drifted since', () => {
  let report: Report
  let code = 0

  beforeAll(async () => {
    expect(await plans.plan()).toMatchObject({ code: 3 })
    const first = plans.document()
    expect(await plans.plan()).toMatchObject({ code: 3 })
    expect(plans.document().hosts).toEqual(first.hosts)
    appendFileSync(plans.path('t/drifted/e'), 'by hand\n')
    chmodSync(plans.path('t/drifted/o'), 0o600)
    writeFileSync(plans.path('t/drifted/la'), 'a')
    rmSync(plans.path('t/removed/f'))
    chmodSync(plans.path('t/shut/f'), 0o600)
    ;({ report, code } = await plans.applied())
  })

  const refusalOf = (host: string): string =>
    report.tasks.find(({ host: of, code: is }) => of === host && is === 'E_PLAN_DIFFERS')
      ?.message ?? 'applied'

  test.each([
    {
      host: 'drifted',
      case: 'a file was edited',
      says: ['site.yml:10:7: E', '(+added)', '(by hand)'],
    },
    { host: 'drifted', case: 'a mode was changed', says: ['O', 'planned: nothing', 'mode'] },
    {
      host: 'drifted',
      case: 'a file was added',
      says: ['L (a)', 'planned: create', 'now: nothing'],
    },
    {
      host: 'shut',
      case: 'a mode was changed of a file that is written anyway',
      says: ['F', '(mode: 0644 → 0640)', '(mode: 0600 → 0640)'],
    },
    { host: 'removed', case: 'a file was removed', says: ['F', 'planned: write', 'now: create'] },
  ])('a host is left alone, and it is said why: $case', ({ host, says }) => {
    expect(refusalOf(host)).toContain('no longer as the plan found it')
    expect(existsSync(plans.path('t', host, 'd'))).toBe(false)
    for (const text of says) expect(refusalOf(host)).toContain(text)
  })

  test('the one that has not drifted is as the plan says, change by change', () => {
    expect(code).toBe(2)
    const saved = plans.document().hosts['same']?.tasks ?? []
    const planned = saved.map(({ task, item, changes }) => ({
      task,
      item,
      changes: changes.map(({ summary, diff }) => ({ summary, diff: diff?.join('\n') ?? null })),
    }))
    const done = changesIn(report, 'same')
    const names = 'D F E L L S H'.split(' ')
    expect(done.map(({ task }) => task)).toEqual(names)
    // A run does not report what was said to change nothing.
    expect(planned.map(({ task }) => task)).toEqual('D F E L L Q S H'.split(' '))
    expect(done).toEqual(planned.filter(({ task }) => task !== 'Q'))
    expect(plans.read('t/same/f')).toBe('one\nsame\n')
  })

  test('applied again, nothing of it is as planned any more', async () => {
    const again = await plans.applied()
    expect(again.code).toBe(2)
    expect(again.report.tasks.every(({ code: is }) => is === 'E_PLAN_DIFFERS')).toBe(true)
  })

  test('it is shown as the dry run was, in text and in JSON', async () => {
    const shown = await plans.show()
    expect(shown.code).toBe(0)
    for (const text of [
      'Dry run',
      'D  would change: same, drifted',
      'run `provision apply p`',
      'S  may change: same',
      'a run may do it',
      '-old\n',
      '+one\n',
      'handler H',
    ])
      expect(shown.text).toContain(text)
    const json = JSON.parse((await plans.show({ output: 'json' })).text) as Report
    expect(json).toMatchObject({ schema: 1, dryRun: true })
    expect(changesIn(json, 'removed')).toHaveLength(7)
  })
})
