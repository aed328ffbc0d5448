import { existsSync, readFileSync } from 'node:fs'
import { behaves, inventory, type Project } from './harness.ts'

const dry = { flags: { dryRun: true as const } }

const read = (project: Project, name: string): string => readFileSync(project.path(name), 'utf8')

/** What a task says that depends on the command C of the test's own play. */
const ofC = (line: number): string =>
  `depends on the output of "C" (DIR/site.yml:${line}), which has not run`

describe('a role written for Ansible, in a dry run', () => {
  behaves([
    {
      case: 'runs tasks of check_mode: false for real, and says so',
      tasks: `
        - { name: Real, copy: { content: x, dest: DIR/real }, check_mode: false }
        - { name: Planned, copy: { content: x, dest: DIR/planned } }
        - { name: Seen, command: cat DIR/real, check_mode: false, changed_when: false, register: r }
        - { name: Say, debug: { msg: "{{ r.stdout }}" } }`,
      choice: dry,
      trace: [
        'h1 | Real | changed',
        'h1 | Planned | changed',
        'h1 | Seen | ok',
        'h1 > x',
        'h1 | Say | ok',
      ],
      after: (project, { reports }) => {
        expect(read(project, 'real')).toBe('x')
        expect(existsSync(project.path('planned'))).toBe(false)
        expect(reports.map(({ planned }) => planned)).toEqual([false, true, false, true])
      },
    },
    {
      case: 'takes check_mode: false of a block for its tasks, and one that is computed',
      tasks: `
        - check_mode: false
          block:
            - { name: A, copy: { content: a, dest: DIR/a } }
            - { name: B, copy: { content: b, dest: DIR/b }, check_mode: "{{ ansible_check_mode }}" }
        - { name: D, copy: { content: d, dest: DIR/d }, check_mode: "{{ not ansible_check_mode }}" }`,
      choice: dry,
      trace: ['h1 | A | changed', 'h1 | B | changed', 'h1 | D | changed'],
      after: project => {
        expect(['a', 'b', 'd'].map(name => existsSync(project.path(name)))).toEqual([
          true,
          false,
          true,
        ])
      },
    },
    {
      case: 'knows that it is one, and shows diffs',
      tasks: `
        - { name: M, debug: { msg: "{{ ansible_check_mode }} {{ ansible_diff_mode }}" } }
        - { name: S, copy: { content: x, dest: DIR/x }, when: not ansible_check_mode }
        - { name: I, fail: { msg: no }, ignore_errors: "{{ ansible_check_mode }}" }
        - { name: F, debug: { msg: "{{ 'dry' if ansible_check_mode else 'real' }}" } }`,
      choice: dry,
      trace: [
        'h1 > True True',
        'h1 | M | ok',
        'h1 | S | skipped',
        'h1 | I | failed, ignored',
        'h1 > dry',
        'h1 | F | ok',
      ],
    },
    {
      case: 'shows no diff of a task with diff: no or no_log',
      tasks: `
        - { name: A, copy: { content: a, dest: DIR/a } }
        - { name: B, copy: { content: b, dest: DIR/b }, diff: no }
        - { name: N, copy: { content: n, dest: DIR/n }, no_log: true }`,
      choice: dry,
      trace: ['h1 | A | changed', 'h1 | B | changed', 'h1 | N | changed'],
      after: (_, { reports, events }) => {
        expect(reports.map(({ changes: [change] }) => change?.diff?.kind)).toEqual([
          'text',
          undefined,
          undefined,
        ])
        expect(reports[1]?.changes[0]?.summary).toMatch(/^create .*\/b$/)
        expect(JSON.stringify(events)).not.toContain('/n"')
      },
    },
    {
      case: 'shows no key of a file that it replaces',
      tasks: `
        - name: K
          copy:
            content: "-----BEGIN PRIVATE KEY-----\\nbmV3IGtleSBoZXJl\\n-----END PRIVATE KEY-----\\n"
            dest: DIR/key`,
      files: {
        key: '-----BEGIN PRIVATE KEY-----\nb2xkIGtleSBoZXJl\n-----END PRIVATE KEY-----\n',
      },
      choice: dry,
      trace: ['h1 | K | changed'],
      after: (_, { events }) => {
        expect(JSON.stringify(events)).not.toMatch(/bmV3IGtleSBoZXJl|b2xkIGtleSBoZXJl/)
        expect(JSON.stringify(events)).toContain('••••••')
      },
    },
  ])
})

describe('the result of a command that a dry run has not run', () => {
  behaves([
    {
      case: 'is what a run would give, as far as anybody knows: changed, neither failed nor skipped',
      tasks: `
        - { name: C, command: "true", register: r }
        - { name: K, debug: { msg: "{{ r is changed }} {{ r is failed }} {{ r is succeeded }}" } }
        - { name: S, debug: { msg: "{{ r is skipped }} {{ r.skipped is defined }} {{ r.skipped | default(false) }}" } }
        - { name: T, debug: { msg: ran }, when: r is not skipped and not r.skipped | default(false) }
        - { name: R, debug: { msg: "{{ r.rc }}" } }
        - { name: W, debug: { msg: "{{ r }}" } }
        - { name: J, copy: { content: "{{ r | to_json }}", dest: DIR/j } }`,
      choice: dry,
      trace: [
        'h1 | C | changed',
        'h1 > True False True',
        'h1 | K | ok',
        'h1 > False False False',
        'h1 | S | ok',
        'h1 > ran',
        'h1 | T | ok',
        'h1 | R | maybe',
        'h1 | W | maybe',
        'h1 | J | maybe',
      ],
      messages: [null, null, null, null, ofC(4), ofC(4), ofC(4)],
    },
    {
      case: 'may be a failure where that is ignored',
      tasks: `
        - { name: C, command: "false", register: r, ignore_errors: true }
        - { name: A, debug: { msg: failed }, when: r is failed }
        - { name: B, debug: { msg: fine }, when: r is succeeded }
        - { name: G, command: "true", register: g, ignore_errors: no }
        - { name: H, debug: { msg: fine }, when: g is succeeded }`,
      choice: dry,
      trace: [
        'h1 | C | changed',
        'h1 | A | maybe',
        'h1 | B | maybe',
        'h1 | G | changed',
        'h1 > fine',
        'h1 | H | ok',
      ],
      messages: [null, ofC(4), ofC(4), null, null],
    },
    {
      case: 'makes changed_when and failed_when over it a maybe, and no failure',
      tasks: `
        - { name: C, command: "true", register: r, changed_when: "'new' in r.stdout" }
        - { name: F, command: "true", register: r, failed_when: r.rc > 1 }
        - { name: N, command: "true", register: r, failed_when: false }
        - { name: U, command: "true", register: r, until: r.rc == 0, retries: 1, delay: 60 }`,
      choice: dry,
      trace: ['h1 | C | maybe', 'h1 | F | maybe', 'h1 | N | changed', 'h1 | U | maybe'],
      messages: [
        ofC(4),
        'depends on the output of "F" (DIR/site.yml:5), which has not run',
        null,
        'depends on the output of "U" (DIR/site.yml:7), which has not run',
      ],
    },
    {
      case: 'names the task with its role, its place and what a template makes of its name',
      files: {
        'site.yml': '- { hosts: all, gather_facts: false, roles: [app] }\n',
        'roles/app/tasks/main.yml': `
- name: "Version of {{ thing }} is known"
  command: "true"
  register: r
  vars: { thing: PHP }
- debug: { msg: "{{ r.stdout }}" }
- command: "true"
  register: r
- debug: { msg: "{{ r.stdout }}" }
`,
      },
      choice: dry,
      trace: [
        'h1 | app : Version of PHP is known | changed',
        'h1 | app : debug | maybe',
        'h1 | app : command | changed',
        'h1 | app : debug | maybe',
      ],
      messages: [
        null,
        'depends on the output of "Version of PHP is known" (DIR/roles/app/tasks/main.yml:2), which has not run',
        null,
        'depends on the output of "command" (DIR/roles/app/tasks/main.yml:7), which has not run',
      ],
    },
    {
      case: 'is told by its task and by what of it nobody knows',
      tasks: `
        - { name: T, tempfile: { state: file, path: DIR }, register: t }
        - { name: D, debug: { msg: "{{ t.path }}" } }`,
      choice: dry,
      trace: ['h1 | T | changed', 'h1 | D | maybe'],
      messages: [
        null,
        'depends on the result of "T" (DIR/site.yml:4): the host makes up the name of a temporary file',
      ],
    },
    {
      case: 'makes what a maybe may have touched depend on that task',
      tasks: `
        - { name: D, file: { path: DIR/d, state: directory } }
        - { name: L, command: ls DIR/d, check_mode: false }
        - { name: F, file: { path: DIR/f, state: directory } }
        - { name: G, file: { path: DIR/g, state: directory } }`,
      choice: dry,
      trace: ['h1 | D | changed', 'h1 | L | maybe', 'h1 | F | maybe', 'h1 | G | maybe'],
      after: (_, { reports }) => {
        const known = /^depends on "L" \(.*site\.yml:5\), of which it is not known what it changes$/
        expect(reports[2]?.message).toMatch(known)
        expect(reports[3]?.message).toMatch(known)
      },
    },
    {
      case: 'does not wait for what a dry run has only modelled',
      tasks: `
        - { name: D, file: { path: DIR/d, state: directory } }
        - { name: U, stat: { path: DIR/never }, register: s, until: s.stat.exists, retries: 3, delay: 60 }
        - { name: K, debug: { msg: "{{ s.stat.exists }}" } }`,
      choice: dry,
      trace: ['h1 | D | changed', 'h1 | U | ok', 'h1 | K | maybe'],
      messages: [null, null, '"until" does not hold yet, perhaps for want of earlier changes'],
    },
  ])
})

describe('an include that only may happen', () => {
  behaves([
    {
      case: 'shows each of its tasks as a maybe with the reason, and leaves the rest known',
      files: {
        'in.yml': `
- { name: I, copy: { content: x, dest: DIR/i }, register: i }
- { name: J, debug: { msg: "{{ i is changed }}" } }
- { name: N, debug: { msg: never }, when: false }
- { include_tasks: deep.yml }
`,
        'deep.yml': '- { name: K, set_fact: { deep: 1 } }\n',
      },
      tasks: `
        - { name: C, command: "true", register: r, check_mode: true }
        - { name: Inc, include_tasks: in.yml, when: r.stdout == '' }
        - { name: After, debug: { msg: "{{ deep }}" } }`,
      choice: dry,
      trace: [
        'h1 | C | changed',
        'h1 | Inc | maybe',
        'h1 | I | maybe',
        'h1 | J | maybe',
        'h1 | N | skipped',
        'h1 | include_tasks | maybe',
        'h1 | K | maybe',
        'h1 | After | maybe',
      ],
      messages: [null, ofC(4), ofC(4), ofC(4), 'condition is false: false', ofC(4), ofC(4), ofC(4)],
    },
    {
      case: 'does so for a role, its handlers and each item of a loop on its own',
      files: {
        'roles/r/tasks/main.yml':
          '- { name: "R {{ item }}", copy: { content: x, dest: "DIR/{{ item }}" }, notify: H }\n',
        'roles/r/handlers/main.yml': '- { name: H, debug: { msg: h } }\n',
      },
      tasks: `
        - { name: C, command: "true", register: r }
        - { name: Inc, include_role: { name: r }, loop: [a, b], when: item == 'a' or r.stdout == '' }`,
      choice: dry,
      trace: [
        'h1 | C | changed',
        'h1 | Inc (a) | ok',
        'h1 | Inc (b) | maybe',
        'h1 | r : R a | maybe',
        'h1 | r : R b | maybe',
        'h1 | handler r : H | maybe',
      ],
    },
    {
      case: 'differs from host to host',
      files: {
        'inventory.yml': inventory({ h1: '{ known: true }', h2: '{ known: false }' }),
        'in.yml': '- { name: I, debug: { msg: in } }\n',
      },
      tasks: `
        - { name: C, command: "true", register: r, check_mode: true }
        - { name: Inc, include_tasks: in.yml, when: known or r.stdout == '' }`,
      choice: dry,
      trace: [
        'h1 | C | changed',
        'h2 | C | changed',
        'h1 | Inc | ok',
        'h2 | Inc | maybe',
        'h1 > in',
        'h1 | I | ok',
        'h2 | I | maybe',
      ],
    },
    {
      case: 'is a maybe also where nothing could be included, and then all may change',
      tasks: `
        - { name: C, command: "true", register: r, check_mode: true }
        - { name: Gone, include_tasks: "{{ 'gone.yml' }}", when: r.stdout == '' }
        - { name: Which, include_tasks: "{{ r.stdout }}" }
        - { name: F, file: { path: DIR/f, state: directory } }`,
      choice: dry,
      trace: ['h1 | C | changed', 'h1 | Gone | maybe', 'h1 | Which | maybe', 'h1 | F | maybe'],
    },
    {
      case: 'is no failure where its tasks lack what it would be included with',
      files: { 'in.yml': '- { name: I, copy: { content: "{{ given.deep }}", dest: DIR/i } }\n' },
      tasks: `
        - { name: S, set_fact: { given: {} } }
        - { name: C, command: "true", register: r }
        - { name: Inc, include_tasks: in.yml, when: r.stdout == '' }`,
      choice: dry,
      trace: ['h1 | S | ok', 'h1 | C | changed', 'h1 | Inc | maybe', 'h1 | I | maybe'],
    },
    {
      case: 'makes variables of a file that only may be read unknown',
      files: { 'v.yml': 'a: 1\nb: 2\n' },
      tasks: `
        - { name: C, command: "true", register: r }
        - { name: V, include_vars: v.yml, when: r.stdout == '' }
        - { name: D, debug: { msg: "{{ a | default(0) }}" } }
        - { name: E, debug: { msg: "{{ other | default(0) }}" } }`,
      choice: dry,
      trace: ['h1 | C | changed', 'h1 | V | maybe', 'h1 | D | maybe', 'h1 > 0', 'h1 | E | ok'],
    },
  ])
})

describe('a block in a dry run', () => {
  behaves([
    {
      case: 'with a rescue: a command may fail, so that the rescue may run; always runs',
      tasks: `
        - block:
            - { name: C, command: "true" }
            - { name: After, debug: { msg: after } }
          rescue:
            - { name: R, debug: { msg: "{{ ansible_failed_task.name }}" } }
            - { name: R2, copy: { content: x, dest: DIR/r } }
          always:
            - { name: A, debug: { msg: always } }
        - { name: End, debug: { msg: end } }`,
      choice: dry,
      trace: [
        'h1 | C | changed',
        'h1 > after',
        'h1 | After | ok',
        'h1 | R | maybe',
        'h1 | R2 | maybe',
        'h1 > always',
        'h1 | A | ok',
        'h1 > end',
        'h1 | End | ok',
      ],
      messages: [
        null,
        null,
        'depends on whether "C" (DIR/site.yml:5) fails, which has not run',
        'depends on whether "C" (DIR/site.yml:5) fails, which has not run',
        null,
        null,
      ],
    },
    {
      case: 'with a rescue: after a check that may fail the rest of the block is in doubt, too',
      tasks: `
        - { name: C, command: "true", register: r, check_mode: true }
        - block:
            - { name: Check, assert: { that: r.rc == 0 } }
            - { name: B, debug: { msg: b } }
          rescue:
            - { name: R, debug: { msg: r } }
          always:
            - { name: A, debug: { msg: a } }
        - { name: End, debug: { msg: end } }`,
      choice: dry,
      trace: [
        'h1 | C | changed',
        'h1 | Check | maybe',
        'h1 | B | maybe',
        'h1 | R | maybe',
        'h1 > a',
        'h1 | A | ok',
        'h1 > end',
        'h1 | End | ok',
      ],
    },
    {
      case: 'with a rescue that is not needed: nothing in it happens',
      tasks: `
        - block:
            - { name: C, command: "true", failed_when: false }
            - { name: I, command: "true", ignore_errors: true }
            - { name: F, file: { path: DIR/f, state: directory } }
          rescue:
            - { name: R, debug: { msg: r } }`,
      choice: dry,
      trace: ['h1 | C | changed', 'h1 | I | changed', 'h1 | F | maybe'],
    },
    {
      case: 'with a rescue that is: it runs as in a real run',
      tasks: `
        - block:
            - { name: F, fail: { msg: no } }
          rescue:
            - { name: R, debug: { msg: "{{ ansible_failed_task.name }}" } }
          always:
            - { name: A, debug: { msg: a } }`,
      choice: dry,
      trace: ['h1 | F | failed, rescued', 'h1 > F', 'h1 | R | ok', 'h1 > a', 'h1 | A | ok'],
    },
    {
      case: 'inside of another: the inner doubt reaches the outer rescue, unless it is made good',
      tasks: `
        - block:
            - block:
                - { name: C, command: "true" }
              always:
                - { name: A, debug: { msg: a } }
          rescue:
            - { name: R, debug: { msg: r } }
        - block:
            - block:
                - { name: C2, command: "true" }
              rescue:
                - { name: R2, debug: { msg: r2 } }
          rescue:
            - { name: R3, debug: { msg: r3 } }`,
      choice: dry,
      trace: [
        'h1 | C | changed',
        'h1 > a',
        'h1 | A | ok',
        'h1 | R | maybe',
        'h1 | C2 | changed',
        'h1 | R2 | maybe',
      ],
    },
    {
      case: 'whose condition nobody knows: each of its tasks is a maybe',
      tasks: `
        - { name: C, command: "true", register: r }
        - when: r.stdout == ''
          block:
            - { name: B, debug: { msg: b } }
          rescue:
            - { name: R, debug: { msg: r } }
          always:
            - { name: A, debug: { msg: a } }`,
      choice: dry,
      trace: ['h1 | C | changed', 'h1 | B | maybe', 'h1 | A | maybe'],
    },
  ])
})

describe('in a real run', () => {
  behaves([
    {
      case: 'check_mode: true changes nothing, and is reported as planned',
      tasks: `
        - { name: P, copy: { content: x, dest: DIR/p }, check_mode: true }
        - { name: C, command: touch DIR/c, check_mode: true }
        - { name: M, debug: { msg: "{{ ansible_check_mode }} {{ ansible_diff_mode }}" } }`,
      trace: ['h1 | P | changed', 'h1 | C | changed', 'h1 > False False', 'h1 | M | ok'],
      after: (project, { reports }) => {
        expect(existsSync(project.path('p'))).toBe(false)
        expect(existsSync(project.path('c'))).toBe(false)
        expect(reports.map(({ planned }) => planned)).toEqual([true, true, undefined])
      },
    },
    {
      case: 'an include that depends on what was only planned fails, and is no maybe',
      files: { 'in.yml': '- { name: I, debug: {} }\n' },
      tasks: `
        - { name: C, command: "true", register: r, check_mode: true }
        - { name: Inc, include_tasks: in.yml, when: r.stdout == '', ignore_errors: true }
        - { name: L, include_tasks: in.yml, loop: "{{ r.stdout_lines }}" }`,
      trace: ['h1 | C | changed', 'h1 | Inc | failed, ignored', 'h1 | L | failed'],
      after: (_, { reports }) => {
        expect(reports.map(({ code }) => code)).toEqual([undefined, 'E_NOT_RUN', 'E_NOT_RUN'])
      },
    },
    {
      case: 'a rescue is not tried for a command that went well',
      tasks: `
        - block:
            - { name: C, command: "true" }
          rescue:
            - { name: R, debug: { msg: r } }`,
      trace: ['h1 | C | changed'],
    },
  ])
})
