import { readFileSync } from 'node:fs'
import { behaves, inventory } from './harness.ts'

const two = { 'inventory.yml': inventory({ a: '{ n: 1 }', b: '{ n: 2 }' }) }

describe('actions of the run itself', () => {
  behaves([
    {
      case: 'set_fact sets variables for later tasks and plays, also in a loop over itself',
      files: {
        'site.yml': `
- hosts: all
  gather_facts: false
  vars: { all_of_it: [] }
  tasks:
    - { name: S, set_fact: { x: "{{ 1 + 1 }}", y: [a] } }
    - { name: L, set_fact: { all_of_it: "{{ all_of_it + [item] }}" }, loop: [1, 2] }
- hosts: all
  gather_facts: false
  tasks:
    - { name: D, debug: { msg: "{{ x }} {{ y }} {{ all_of_it }}" } }
`,
      },
      trace: [
        'h1 | S | ok',
        'h1 | L (1) | ok',
        'h1 | L (2) | ok',
        "h1 > 2 ['a'] [1, 2]",
        'h1 | D | ok',
      ],
    },
    {
      case: 'include_vars reads a file, a directory, and under a name',
      files: {
        'vars/one.yml': 'x: 1\n',
        'more/a.yml': 'y: 2\n',
        'more/b.json': '{ "z": 3 }\n',
      },
      tasks: `
        - { name: A, include_vars: one.yml }
        - { name: B, include_vars: { dir: more } }
        - { name: C, include_vars: { file: one.yml, name: named } }
        - { name: D, debug: { msg: "{{ x }}{{ y }}{{ z }}{{ named.x }}" } }`,
      trace: ['h1 | A | ok', 'h1 | B | ok', 'h1 | C | ok', 'h1 > 1231', 'h1 | D | ok'],
    },
    {
      case: 'include_vars of what is not there, or is no directory, fails the task',
      files: { 'vars/one.yml': 'x: 1\n' },
      tasks: `
        - { name: A, include_vars: "{{ 'no' }}ne.yml", ignore_errors: true }
        - { name: B, include_vars: { dir: "vars/{{ 'one.yml' }}" }, ignore_errors: true }`,
      trace: ['h1 | A | failed, ignored', 'h1 | B | failed, ignored'],
    },
    {
      case: 'add_host and group_by make hosts and groups for the plays that follow',
      files: {
        'inventory.yml': inventory({ a: '{ n: 1 }', b: '{ n: 2 }' }),
        'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: Add, add_host: { name: new, groups: "fresh,more", ansible_connection: local, port: 1 } }
    - { name: By, group_by: { key: "n_{{ n }}" } }
- hosts: fresh:n_2
  gather_facts: false
  tasks:
    - { name: D, debug: { msg: "{{ group_names | join(' ') }} {{ port | default('') }}" } }
    - { name: G, debug: { msg: "{{ groups.fresh }}" }, run_once: true }
`,
      },
      trace: [
        'a | Add | changed',
        'a | By | ok',
        'b | By | ok',
        'new > fresh more 1',
        'new | D | ok',
        'b > n_2 ',
        'b | D | ok',
        'new > [\n  "new"\n]',
        'new | G | ok',
      ],
    },
    {
      case: 'assert tells what does not hold, or what it was told to tell',
      tasks: `
        - { name: A, assert: { that: [1 == 1, "'x' in 'xyz'"], success_msg: fine }, register: r }
        - { name: B, assert: { that: [1 == 1, x is undefined, 1 > 2] }, ignore_errors: true }
        - { name: C, assert: { that: x is defined, fail_msg: "needs x" }, ignore_errors: true }
        - { name: D, debug: { msg: "{{ r.msg }}" } }`,
      trace: [
        'h1 | A | ok',
        'h1 | B | failed, ignored',
        'h1 | C | failed, ignored',
        'h1 > fine',
        'h1 | D | ok',
      ],
      messages: [null, 'assertion does not hold: 1 > 2', 'needs x', null],
    },
    {
      case: 'debug shows variables, and keeps quiet below its verbosity',
      tasks: `
        - { name: V, debug: { var: thing.list } }
        - { name: Q, debug: { msg: quiet, verbosity: 1 } }`,
      keywords: 'vars: { thing: { list: [1] } }',
      trace: ['h1 > [\n  1\n]', 'h1 | V | ok', 'h1 | Q | skipped'],
    },
    {
      case: 'pause asks once for all hosts',
      files: two,
      tasks: `
        - { name: P, pause: { prompt: Go on }, register: r }
        - { name: D, debug: { msg: "{{ r.user_input }}" } }`,
      choice: { prompt: () => 'yes' },
      trace: ['a | P | ok', 'a > yes', 'a | D | ok', 'b > yes', 'b | D | ok'],
    },
    {
      case: 'pause keeps what it is answered unseen',
      tasks: '- { name: P, pause: { prompt: Token, echo: false }, register: r }',
      choice: { prompt: () => 'told to nobody' },
      trace: ['h1 | P | ok'],
      after: (_, { secrets }) => {
        expect(secrets).toContain('told to nobody')
      },
    },
    {
      case: 'meta: end_host ends one host, and lets it take part in the next play',
      files: {
        ...two,
        'site.yml': `
- hosts: all
  gather_facts: false
  tasks:
    - { name: E, meta: end_host, when: n == 1 }
    - { name: D, debug: { msg: d } }
- hosts: all
  gather_facts: false
  tasks: [{ name: Next, debug: { msg: next } }]
`,
      },
      trace: [
        'a | E | ok',
        'b | E | skipped',
        'b > d',
        'b | D | ok',
        'a > next',
        'a | Next | ok',
        'b > next',
        'b | Next | ok',
      ],
    },
    {
      case: 'meta: end_play ends the play with its later batches; end_batch the batch alone',
      files: {
        ...two,
        'site.yml': `
- hosts: all
  gather_facts: false
  serial: 1
  tasks:
    - { name: B, meta: end_batch, when: n == 1 }
    - { name: D, debug: { msg: d } }
- hosts: all
  gather_facts: false
  serial: 1
  tasks:
    - { name: E, meta: end_play }
    - { name: D, debug: {} }
- hosts: b
  gather_facts: false
  tasks: [{ name: Next, debug: { msg: next } }]
`,
      },
      trace: [
        'a | B | ok',
        'b | B | skipped',
        'b > d',
        'b | D | ok',
        'a | E | ok',
        'b > next',
        'b | Next | ok',
      ],
    },
    {
      case: 'meta: clear_facts forgets facts, and clear_host_errors brings failed hosts back',
      files: two,
      tasks: `
        - { name: F, setup: { gather_subset: [min] } }
        - { name: C, meta: clear_facts }
        - { name: D, debug: { msg: "{{ ansible_facts | length }} {{ ansible_distribution is defined }}" } }
        - { name: X, fail: { msg: no }, when: n == 1 }
        - { name: E, meta: clear_host_errors }
        - { name: Y, debug: { msg: y } }`,
      trace: [
        'a | F | ok',
        'b | F | ok',
        'a | C | ok',
        'b | C | ok',
        'a > 0 False',
        'a | D | ok',
        'b > 0 False',
        'b | D | ok',
        'a | X | failed',
        'b | X | skipped',
        'b | E | ok',
        'a > y',
        'a | Y | ok',
        'b > y',
        'b | Y | ok',
      ],
    },
    {
      case: 'validate_argument_spec checks values',
      tasks: `
        - name: A
          validate_argument_spec:
            argument_spec: { port: { type: int, required: true } }
            provided_arguments: { port: "80" }
        - name: B
          validate_argument_spec:
            argument_spec: { port: { type: int } }
            provided_arguments: { port: many }`,
      trace: ['h1 | A | ok', 'h1 | B | failed'],
    },
  ])
})

describe('variables in a run', () => {
  behaves([
    {
      case: 'of an extra var win over all, set_fact over the play, the task over the play',
      files: {
        'inventory.yml': inventory({ h1: '{ a: inv, b: inv, c: inv, d: inv }' }),
        'group_vars/all.yml': 'e: group\na: group\n',
      },
      keywords: 'vars: { b: play, c: play, d: play, x: play }',
      tasks: `
        - { set_fact: { c: fact, x: fact }, name: S }
        - { name: D, debug: { msg: "{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ x }}" }, vars: { d: task, x: task } }`,
      choice: { flags: { extraVars: ['x=extra'] } },
      trace: ['h1 | S | ok', 'h1 > inv play fact task group extra', 'h1 | D | ok'],
    },
    {
      case: 'omit leaves a parameter out',
      tasks: `
        - { name: C, copy: { content: x, dest: DIR/x, mode: "{{ m | default(omit) }}" } }
        - { name: E, command: { cmd: pwd, chdir: "{{ item | default(omit, true) }}" }, changed_when: false, loop: ["/", ""] }`,
      trace: ['h1 | C | changed', 'h1 | E (/) | ok', 'h1 | E () | ok'],
    },
    {
      case: 'environment reaches commands, an inner one over an outer one',
      keywords: 'environment: { A: play, B: play }',
      tasks: `
        - { name: E, shell: echo $A $B, environment: { B: task }, register: r, changed_when: false }
        - { name: D, debug: { msg: "{{ r.stdout }}" } }`,
      trace: ['h1 | E | ok', 'h1 > play task', 'h1 | D | ok'],
    },
    {
      case: 'a whole dictionary of arguments may be a variable',
      keywords: 'vars: { how: { msg: by variable } }',
      tasks: '- { name: D, debug: "{{ how }}" }',
      trace: ['h1 > by variable', 'h1 | D | ok'],
    },
    {
      case: 'vars_prompt asks, takes its default for nothing, and is spared by an extra var',
      keywords: `
        vars_prompt:
          - { name: one, prompt: One }
          - { name: two, prompt: Two, default: second }
          - { name: three, prompt: Three }`,
      tasks: '- { name: D, debug: { msg: "{{ one }} {{ two }} {{ three }}" } }',
      choice: {
        flags: { extraVars: ['three=extra'] },
        prompt: name => {
          if (name === 'three') throw new Error('nobody must be asked')
          return name === 'one' ? 'first' : ''
        },
      },
      trace: ['h1 > first second extra', 'h1 | D | ok'],
      after: (_, { secrets }) => {
        expect(secrets).toContain('first')
      },
    },
    {
      case: 'facts are gathered first, unless the play says no',
      files: {
        'site.yml':
          '- hosts: all\n  tasks: [{ name: D, debug: { msg: "{{ ansible_facts.hostname is defined }} {{ ansible_hostname == ansible_facts.hostname }}" } }]\n',
      },
      trace: ['h1 | Gathering Facts | ok', 'h1 > True True', 'h1 | D | ok'],
    },
    {
      case: 'tell a task that its run is dry',
      tasks: '- { name: D, debug: { msg: "{{ ansible_check_mode }} {{ ansible_diff_mode }}" } }',
      choice: { flags: { dryRun: true } },
      trace: ['h1 > True True', 'h1 | D | ok'],
    },
  ])
})

describe('no_log', () => {
  behaves([
    {
      case: 'hides arguments, items, messages, results and what debug says',
      tasks: `
        - { name: A, debug: { msg: secret-word }, no_log: true }
        - { name: B, fail: { msg: secret-word }, no_log: true, ignore_errors: true }
        - { name: C, copy: { content: secret-word, dest: "DIR/{{ item }}" }, loop: [secret-word], no_log: "{{ hide }}" }
        - { name: D, command: echo secret-word, no_log: true, changed_when: true }
        - { name: E, debug: { msg: secret-word }, no_log: "{{ item.hide }}", loop: [{ hide: true }] }
        - { name: F, debug: { msg: secret-word }, no_log: "{{ hostvars.h1.undefined_thing }}" }`,
      keywords: 'vars: { hide: true }',
      trace: [
        'h1 > (hidden by no_log)',
        'h1 | A | ok',
        'h1 | B | failed, ignored',
        'h1 | C ((hidden by no_log)) | changed',
        'h1 | D | changed',
        'h1 > (hidden by no_log)',
        'h1 | E ((hidden by no_log)) | ok',
        'h1 > (hidden by no_log)',
        'h1 | F | ok',
      ],
      after: (project, { events }) => {
        expect(JSON.stringify(events)).not.toContain('secret-word')
        expect(readFileSync(project.path('secret-word'), 'utf8')).toBe('secret-word')
      },
    },
    {
      case: 'of a host of several leaves the others shown',
      files: two,
      tasks: '- { name: A, debug: { msg: "word {{ n }}" }, no_log: "{{ n == 1 }}" }',
      trace: ['a > (hidden by no_log)', 'a | A | ok', 'b > word 2', 'b | A | ok'],
    },
  ])
})
