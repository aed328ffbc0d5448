import { readFileSync } from 'node:fs'
import { behaves, inventory } from './harness.ts'

const abc = { 'inventory.yml': inventory({ a: '{ n: 1 }', b: '{ n: 2 }', c: '{ n: 3 }' }) }

describe('hosts of a play', () => {
  behaves([
    {
      case: 'run_once runs on the first and gives its result and facts to all',
      files: abc,
      tasks: `
        - { name: R, command: "echo {{ n }}", register: r, run_once: true, changed_when: false }
        - { name: S, set_fact: { f: "{{ n }}" }, run_once: true }
        - { name: D, debug: { msg: "{{ r.stdout }} {{ f }}" } }`,
      trace: [
        'a | R | ok',
        'a | S | ok',
        'a > 1 1',
        'a | D | ok',
        'b > 1 1',
        'b | D | ok',
        'c > 1 1',
        'c | D | ok',
      ],
    },
    {
      case: 'run_once that fails fails all of them, and a rescue is run on all',
      files: abc,
      tasks: `
        - block: [{ name: F, fail: { msg: boom }, run_once: true }]
          rescue: [{ name: R, debug: { msg: "{{ ansible_failed_result.msg }}" } }]
        - { name: G, fail: { msg: boom }, run_once: true }
        - { name: After, debug: {} }`,
      trace: [
        'a | F | failed, rescued',
        'a > boom',
        'a | R | ok',
        'b > boom',
        'b | R | ok',
        'c > boom',
        'c | R | ok',
        'a | G | failed',
      ],
    },
    {
      case: 'delegate_to works on the delegate with the variables of the host',
      files: {
        'inventory.yml': inventory({ a: '{ n: 1 }', b: '{ n: 2 }', store: '{}' }),
        'site.yml': `
- hosts: a:b
  gather_facts: false
  tasks:
    - { name: W, copy: { content: "{{ inventory_hostname }} {{ n }}", dest: "DIR/of-{{ n }}" }, delegate_to: store }
    - { name: R, slurp_it: {}, when: false, ignore_errors: true }
    - { name: L, command: cat DIR/of-1 DIR/of-2, delegate_to: localhost, run_once: true, register: r, changed_when: false }
    - { name: D, debug: { msg: "{{ r.stdout }}" }, run_once: true }
`.replace(/.*slurp_it.*\n/, ''),
      },
      trace: ['a | W | changed', 'b | W | changed', 'a | L | ok', 'a > a 1b 2', 'a | D | ok'],
    },
    {
      case: 'delegate_facts keeps the facts for the delegate, in a loop for each of them',
      files: abc,
      tasks: `
        - { name: F, setup: { gather_subset: [min] }, delegate_to: "{{ item }}", delegate_facts: true, loop: [b, c], run_once: true }
        - { name: S, set_fact: { f: of-b }, delegate_to: b, delegate_facts: true, run_once: true }
        - { name: D, debug: { msg: "{{ ansible_facts.hostname is defined }} {{ f | default('none') }}" } }`,
      trace: [
        'a | F (b) | ok',
        'a | F (c) | ok',
        'a | S | ok',
        'a > False none',
        'a | D | ok',
        'b > True of-b',
        'b | D | ok',
        'c > True none',
        'c | D | ok',
      ],
    },
    {
      case: 'serial makes batches, by number, by list and by a variable',
      files: {
        ...abc,
        'site.yml': `
- hosts: all
  gather_facts: false
  serial: [1, "{{ rest }}"]
  vars: { rest: 2 }
  tasks:
    - { name: One, debug: { msg: "{{ ansible_play_batch | join(',') }}" } }
    - { name: Two, debug: { msg: two } }
`,
      },
      trace: [
        'a > a',
        'a | One | ok',
        'a > two',
        'a | Two | ok',
        'b > b,c',
        'b | One | ok',
        'c > b,c',
        'c | One | ok',
        'b > two',
        'b | Two | ok',
        'c > two',
        'c | Two | ok',
      ],
    },
    {
      case: 'a batch that fails as a whole ends the run',
      files: {
        ...abc,
        'site.yml': `
- hosts: all
  gather_facts: false
  serial: 1
  tasks: [{ name: F, fail: { msg: boom }, when: n == 2 }]
- hosts: all
  gather_facts: false
  tasks: [{ name: Next, debug: {} }]
`,
      },
      trace: ['a | F | skipped', 'b | F | failed'],
    },
    {
      case: 'a host that failed takes no part in later plays, the others do',
      files: {
        ...abc,
        'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: F, fail: { msg: boom }, when: n == 2 }
    - { name: D, debug: { msg: "{{ ansible_play_hosts | join(',') }}" }, run_once: true }
- hosts: all
  gather_facts: false
  tasks: [{ name: Next, debug: { msg: "{{ ansible_play_hosts | join(',') }} of {{ ansible_play_hosts_all | length }}" } }]
`,
      },
      trace: [
        'a | F | skipped',
        'b | F | failed',
        'c | F | skipped',
        'a > a,c',
        'a | D | ok',
        'a > a,c of 3',
        'a | Next | ok',
        'c > a,c of 3',
        'c | Next | ok',
      ],
    },
    {
      case: 'any_errors_fatal ends the run for all',
      files: abc,
      keywords: 'any_errors_fatal: true',
      tasks: `
        - { name: F, fail: { msg: boom }, when: n == 2 }
        - { name: After, debug: {} }`,
      trace: ['a | F | skipped', 'b | F | failed', 'c | F | skipped'],
    },
    {
      case: 'max_fail_percentage lets so many fail, and not more',
      files: abc,
      keywords: 'max_fail_percentage: 40',
      tasks: `
        - block: [{ name: Saved, fail: { msg: boom }, when: n != 3 }]
          rescue: [{ name: R, debug: { msg: r } }]
        - { name: F, fail: { msg: boom }, when: n == 2 }
        - { name: Go, debug: { msg: go } }
        - { name: G, fail: { msg: boom }, when: n == 1 }
        - { name: After, debug: {} }`,
      trace: [
        'a | Saved | failed, rescued',
        'b | Saved | failed, rescued',
        'c | Saved | skipped',
        'a > r',
        'a | R | ok',
        'b > r',
        'b | R | ok',
        'a | F | skipped',
        'b | F | failed',
        'c | F | skipped',
        'a > go',
        'a | Go | ok',
        'c > go',
        'c | Go | ok',
        'a | G | failed',
        'c | G | skipped',
      ],
    },
    {
      case: '--limit keeps the others out, and their variables can still be read',
      files: abc,
      tasks: '- { name: D, debug: { msg: "{{ hostvars.b.n }} {{ groups.all | length }}" } }',
      choice: { flags: { limit: 'a' } },
      trace: ['a > 2 3', 'a | D | ok'],
    },
    {
      case: 'throttle lets so many work at a time',
      files: abc,
      tasks: `
        - { name: T, shell: "echo {{ inventory_hostname }} >> DIR/order", throttle: 1 }`,
      trace: ['a | T | changed', 'b | T | changed', 'c | T | changed'],
      after: project => {
        expect(readFileSync(project.path('order'), 'utf8')).toBe('a\nb\nc\n')
      },
    },
    {
      case: 'a mistake in a keyword fails the hosts and not the whole run',
      files: {
        ...abc,
        'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: A, command: "true", run_once: "{{ hostvars.a.none }}", changed_when: false }
    - { name: B, command: "true", throttle: "{{ hostvars.a.none }}", changed_when: false }
    - { name: Z, debug: {} }
- hosts: localhost
  gather_facts: false
  tasks: [{ name: Next, debug: {} }]
`,
      },
      trace: ['a | A | failed', 'b | A | failed', 'c | A | failed'],
    },
  ])
})

describe('tags', () => {
  const tasks = `
    - { name: X, debug: { msg: x }, tags: x }
    - { name: Y, debug: { msg: y }, tags: [y, z] }
    - { name: Always, debug: { msg: always }, tags: always }
    - { name: Never, debug: { msg: never }, tags: [never, n] }
    - { name: Plain, debug: { msg: plain } }
    - tags: b
      block: [{ name: B, debug: { msg: b }, tags: x }]`
  behaves(
    [
      { tags: [], skipTags: [], names: ['X', 'Y', 'Always', 'Plain', 'B'] },
      { tags: ['x'], skipTags: [], names: ['X', 'Always', 'B'] },
      { tags: ['n'], skipTags: [], names: ['Always', 'Never'] },
      { tags: ['never'], skipTags: [], names: ['Always', 'Never'] },
      { tags: ['tagged'], skipTags: [], names: ['X', 'Y', 'Always', 'B'] },
      { tags: ['untagged'], skipTags: [], names: ['Always', 'Plain'] },
      { tags: ['all'], skipTags: ['x'], names: ['Y', 'Always', 'Plain'] },
      { tags: [], skipTags: ['always'], names: ['X', 'Y', 'Plain', 'B'] },
      { tags: ['b'], skipTags: ['x'], names: ['Always'] },
      { tags: [], skipTags: ['tagged'], names: ['Plain'] },
      { tags: [], skipTags: ['untagged'], names: ['X', 'Y', 'Always', 'B'] },
    ].map(({ names, ...flags }) => ({
      case: `--tags ${flags.tags.join() || '(none)'} --skip-tags ${flags.skipTags.join() || '(none)'}`,
      tasks,
      choice: { flags },
      trace: names.flatMap(name => [`h1 > ${name.toLowerCase()}`, `h1 | ${name} | ok`]),
    })),
  )
})
