import { behaves, inventory } from './harness.ts'

describe('when', () => {
  behaves([
    {
      case: 'skips a task whose condition is false, with the condition as the reason',
      tasks: `
        - { name: A, debug: { msg: a }, when: 1 == 2 }
        - { name: B, debug: { msg: b }, when: 1 == 1 }`,
      trace: ['h1 | A | skipped', 'h1 > b', 'h1 | B | ok'],
      messages: ['condition is false: 1 == 2', null],
    },
    {
      case: 'of a list needs all of it, and evaluates none after the first that is false',
      tasks: `
        - name: A
          debug: { msg: a }
          when: [x is defined, x.y == 1]`,
      trace: ['h1 | A | skipped'],
    },
    {
      case: 'of a block holds for its tasks, together with their own',
      tasks: `
        - when: yes_it_is
          vars: { inner: true }
          block:
            - { name: A, debug: { msg: a }, when: inner }
            - { name: B, debug: { msg: b }, when: not inner }
        - when: not yes_it_is
          block:
            - { name: C, debug: { msg: c } }`,
      keywords: 'vars: { yes_it_is: true }',
      trace: ['h1 > a', 'h1 | A | ok', 'h1 | B | skipped', 'h1 | C | skipped'],
    },
    {
      case: 'is asked for each host by itself',
      files: { 'inventory.yml': inventory({ a: '{ n: 1 }', b: '{ n: 2 }' }) },
      tasks: '- { name: T, debug: { msg: hi }, when: n == 2 }',
      trace: ['a | T | skipped', 'b > hi', 'b | T | ok'],
    },
    {
      case: 'that fails fails the task, with the place of the condition',
      tasks: `
        - name: A
          debug: { msg: a }
          when: hostvars.h1.nothing.here == 1`,
      trace: ['h1 | A | failed'],
    },
  ])
})

describe('loops', () => {
  behaves([
    {
      case: 'go over a list, each item with its own report',
      tasks: `
        - name: T
          debug: { msg: "{{ item }}" }
          loop: [a, b]`,
      trace: ['h1 > a', 'h1 > b', 'h1 | T (a) | ok', 'h1 | T (b) | ok'],
    },
    {
      case: 'over nothing are skipped',
      tasks: `
        - { name: T, debug: {}, loop: [], register: r }
        - { name: U, debug: { msg: "{{ r is skipped }} {{ r.results }} {{ r is changed }}" } }`,
      trace: ['h1 > True [] False', 'h1 | U | ok'],
    },
    {
      case: 'ask the condition for each item',
      tasks: `
        - name: T
          debug: { msg: "{{ item }}" }
          loop: [1, 2, 3]
          when: item != 2`,
      trace: ['h1 > 1', 'h1 > 3', 'h1 | T (1) | ok', 'h1 | T (2) | skipped', 'h1 | T (3) | ok'],
    },
    {
      case: 'spare us an undefined list when the condition is false',
      tasks: `
        - { name: T, debug: {}, loop: "{{ hostvars.h1.none }}", when: false }`,
      trace: ['h1 | T | skipped'],
    },
    {
      case: 'take loop_var, index_var, label and extended',
      tasks: `
        - name: T
          debug: { msg: "{{ i }} {{ thing.n }} {{ ansible_loop.last }} {{ ansible_loop_var }}" }
          loop: [{ n: a }, { n: b }]
          loop_control: { loop_var: thing, index_var: i, label: "<{{ thing.n }}>", extended: true }
          register: r
        - debug: { msg: "{{ r.results | map(attribute='thing') | map(attribute='n') | list }}" }`,
      trace: [
        'h1 > 0 a False thing',
        'h1 > 1 b True thing',
        'h1 | T (<a>) | ok',
        'h1 | T (<b>) | ok',
        'h1 > [\n  "a",\n  "b"\n]',
        'h1 | debug | ok',
      ],
    },
    {
      case: 'go on after an item that failed, and fail in the end',
      tasks: `
        - { name: T, fail: { msg: "no {{ item }}" }, when: item != 2, loop: [1, 2, 3] }
        - { name: After, debug: {} }`,
      trace: ['h1 | T (1) | failed', 'h1 | T (2) | skipped', 'h1 | T (3) | failed'],
      messages: ['no 1', 'condition is false: item != 2', 'no 3'],
    },
    {
      case: 'of with_items, with_dict, with_nested and with_sequence',
      tasks: `
        - { name: I, debug: { msg: "{{ item }}" }, with_items: [[1, 2], 3] }
        - { name: D, debug: { msg: "{{ item.key }}={{ item.value }}" }, with_dict: { a: 1 } }
        - { name: N, debug: { msg: "{{ item.0 }}{{ item.1 }}" }, with_nested: [[a], [1, 2]] }
        - { name: S, debug: { msg: "{{ item }}" }, with_sequence: start=1 end=2 }`,
      trace: [
        'h1 > 1',
        'h1 > 2',
        'h1 > 3',
        'h1 | I (1) | ok',
        'h1 | I (2) | ok',
        'h1 | I (3) | ok',
        'h1 > a=1',
        'h1 | D ({\n  "key": "a",\n  "value": 1\n}) | ok',
        'h1 > a1',
        'h1 > a2',
        'h1 | N ([\n  "a",\n  1\n]) | ok',
        'h1 | N ([\n  "a",\n  2\n]) | ok',
        'h1 > 1',
        'h1 > 2',
        'h1 | S (1) | ok',
        'h1 | S (2) | ok',
      ],
    },
    {
      case: 'over registered results',
      tasks: `
        - { name: R, command: "echo {{ item }}", loop: [a, b], register: r }
        - { name: T, debug: { msg: "{{ item.item }} said {{ item.stdout }}" }, loop: "{{ r.results }}", loop_control: { label: "{{ item.item }}" } }`,
      trace: [
        'h1 | R (a) | changed',
        'h1 | R (b) | changed',
        'h1 > a said a',
        'h1 > b said b',
        'h1 | T (a) | ok',
        'h1 | T (b) | ok',
      ],
    },
    {
      case: 'over a dictionary are told how to',
      tasks: '- { name: T, debug: {}, loop: "{{ d }}" }',
      keywords: 'vars: { d: { a: 1 } }',
      trace: ['h1 | T | failed'],
      after: (_, { reports }) => {
        expect(reports[0]?.hint).toContain('dict2items')
      },
    },
  ])
})

describe('register', () => {
  behaves([
    {
      case: 'keeps what a module gives back',
      tasks: `
        - { name: C, command: "printf 'a\\\\nb'", register: r }
        - debug: { msg: "{{ r.rc }} {{ r.stdout_lines }} {{ r is changed }} {{ r is failed }} {{ r.skipped is defined }}" }`,
      trace: ['h1 | C | changed', "h1 > 0 ['a', 'b'] True False False", 'h1 | debug | ok'],
    },
    {
      case: 'keeps a skipped task too',
      tasks: `
        - { command: "true", register: r, when: false, name: S }
        - debug: { msg: "{{ r is skipped }} {{ r is changed }} {{ r.skip_reason }}" }`,
      trace: [
        'h1 | S | skipped',
        'h1 > True False Conditional result was False',
        'h1 | debug | ok',
      ],
    },
    {
      case: 'keeps a failed task that was forgiven',
      tasks: `
        - { name: F, command: "sh -c 'echo out; exit 3'", register: r, ignore_errors: true }
        - debug: { msg: "{{ r is failed }} {{ r.failed }} {{ r.rc }} {{ r.stdout }}" }`,
      trace: ['h1 | F | failed, ignored', 'h1 > True True 3 out', 'h1 | debug | ok'],
    },
    {
      case: 'of a loop keeps a list of results and what they come to together',
      tasks: `
        - name: C
          command: "sh -c 'exit {{ item }}'"
          loop: [0, 1]
          register: r
          ignore_errors: true
        - debug: { msg: "{{ r.results | map(attribute='rc') | list }} {{ r is changed }} {{ r is failed }} {{ r.msg }}" }
        - debug: { msg: "{{ r.results | map(attribute='ansible_loop_var') | unique }}" }`,
      trace: [
        'h1 | C (0) | changed',
        'h1 | C (1) | failed, ignored',
        'h1 > [0, 1] True True One or more items failed',
        'h1 | debug | ok',
        'h1 > [\n  "item"\n]',
        'h1 | debug | ok',
      ],
    },
    {
      case: 'can be read of another host through hostvars',
      files: { 'inventory.yml': inventory({ a: '{}', b: '{}' }) },
      tasks: `
        - { name: R, command: "echo {{ inventory_hostname }}", register: r, changed_when: false }
        - { name: S, debug: { msg: "{{ hostvars['b'].r.stdout }}" }, when: inventory_hostname == 'a' }`,
      trace: ['a | R | ok', 'b | R | ok', 'a > b', 'a | S | ok', 'b | S | skipped'],
    },
  ])
})

describe('changed_when and failed_when', () => {
  behaves([
    {
      case: 'decide over a command',
      tasks: `
        - { name: A, command: echo yes, register: r, changed_when: "'no' in r.stdout" }
        - { name: B, command: echo yes, register: r, changed_when: ["'yes' in r.stdout", true] }
        - { name: C, command: "sh -c 'exit 1'", register: r, failed_when: r.rc > 1, changed_when: false }
        - { name: D, command: "true", failed_when: true, ignore_errors: true }
        - { name: E, command: "false", failed_when: false }`,
      trace: [
        'h1 | A | ok',
        'h1 | B | changed',
        'h1 | C | ok',
        'h1 | D | failed, ignored',
        'h1 | E | changed',
      ],
    },
    {
      case: 'decide over actions of the run itself too',
      tasks: `
        - { name: A, debug: { msg: a }, changed_when: true, notify: H, register: r }
        - { name: B, set_fact: { x: 1 }, changed_when: true }
        - { name: C, fail: { msg: no }, failed_when: false }
        - { name: D, debug: { msg: "{{ r is changed }}" }, failed_when: "'x' in 'xyz'" }`,
      keywords: 'handlers: [{ name: H, debug: { msg: h } }]',
      trace: [
        'h1 > a',
        'h1 | A | changed',
        'h1 | B | changed',
        'h1 | C | ok',
        'h1 > true',
        'h1 | D | failed',
      ],
    },
    {
      case: 'of a loop are asked for each item with its own result',
      tasks: `
        - name: A
          command: "echo {{ item }}"
          loop: [x, y]
          register: r
          changed_when: r.stdout == 'y'`,
      trace: ['h1 | A (x) | ok', 'h1 | A (y) | changed'],
    },
    {
      case: 'failed_when also judges a module that fails by itself',
      tasks: `
        - { name: A, file: { path: DIR/none, state: file }, register: r, failed_when: false }
        - { name: B, debug: { msg: "{{ r.msg is search('nothing at') }}" } }
        - { name: C, file: { path: DIR/none, state: file }, register: r, failed_when: "'other' in r.msg" }`,
      trace: ['h1 | A | ok', 'h1 > true', 'h1 | B | ok', 'h1 | C | ok'],
    },
  ])
})

describe('until', () => {
  behaves([
    {
      case: 'tries again until it holds, and counts its tries',
      tasks: `
        - name: T
          shell: "echo x >> DIR/tries; wc -l < DIR/tries"
          register: r
          until: r.stdout | int == 3
          retries: 5
          delay: 0
        - debug: { msg: "{{ r.attempts }}" }`,
      trace: ['h1 | T | changed', 'h1 > 3', 'h1 | debug | ok'],
    },
    {
      case: 'fails when it is out of tries',
      tasks: `
        - { name: T, shell: "echo x >> DIR/t; cat DIR/t", register: r, until: false, retries: 2, delay: 0, ignore_errors: true }
        - debug: { msg: "{{ r.attempts }} {{ r.stdout_lines | length }} {{ r is failed }}" }`,
      trace: ['h1 | T | failed, ignored', 'h1 > 3 3 True', 'h1 | debug | ok'],
    },
    {
      case: 'tries a module again that fails by itself',
      tasks: `
        - name: T
          copy: { src: "DIR/{{ 'none' }}", remote_src: true, dest: DIR/to }
          register: r
          until: r is succeeded
          retries: 1
          delay: 0
          ignore_errors: true
        - debug: { msg: "{{ r.attempts }}" }`,
      trace: ['h1 | T | failed, ignored', 'h1 > 2', 'h1 | debug | ok'],
    },
    {
      case: 'is not needed for retries: a failure alone is tried again',
      tasks: `
        - name: T
          shell: "echo x >> DIR/u; test $(wc -l < DIR/u) = 2"
          retries: 3
          delay: 0`,
      trace: ['h1 | T | changed'],
    },
  ])
})

describe('ignore_errors', () => {
  behaves([
    {
      case: 'goes on, also when a variable says so',
      tasks: `
        - { name: A, fail: { msg: no }, ignore_errors: "{{ forgive }}" }
        - { name: B, fail: { msg: no }, ignore_errors: "{{ item == 1 }}", loop: [1] }
        - { name: C, fail: { msg: no }, vars: { own: yes }, ignore_errors: "{{ own }}" }
        - { name: D, fail: { msg: no }, ignore_errors: "{{ not forgive }}" }`,
      keywords: 'vars: { forgive: true }',
      trace: [
        'h1 | A | failed, ignored',
        'h1 | B (1) | failed, ignored',
        'h1 | C | failed, ignored',
        'h1 | D | failed',
      ],
    },
    {
      case: 'that cannot be evaluated forgives nothing, and says why',
      files: { 'inventory.yml': inventory({ a: '{}', b: '{ ok: true }' }) },
      tasks: `
        - { name: A, fail: { msg: no }, ignore_errors: "{{ hostvars[inventory_hostname].ok }}" }
        - { name: B, debug: { msg: hi } }`,
      trace: ['a | A | failed', 'b | A | failed, ignored', 'b > hi', 'b | B | ok'],
    },
  ])
})
