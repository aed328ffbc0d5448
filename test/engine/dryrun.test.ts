import { existsSync, readdirSync } from 'node:fs'
import { behaves, type Project } from './harness.ts'

const dry = { flags: { dryRun: true as const } }

const leftAlone = (project: Project): void => {
  expect(readdirSync(project.directory).sort()).toEqual(['inventory.yml', 'site.yml'])
}

describe('a dry run', () => {
  behaves([
    {
      case: 'lets later tasks plan from what earlier ones would have made',
      tasks: `
        - { name: D, file: { path: DIR/new/deep, state: directory } }
        - { name: C, copy: { content: "hello\\n", dest: DIR/new/deep/f, mode: "0640" }, register: c }
        - { name: Again, copy: { content: "hello\\n", dest: DIR/new/deep/f, mode: "0640" } }
        - { name: S, stat: { path: DIR/new/deep/f }, register: s }
        - { name: Say, debug: { msg: "{{ s.stat.exists }} {{ s.stat.mode }} {{ s.stat.size }} {{ c is changed }}" } }
        - { name: Gone, file: { path: DIR/new, state: absent } }
        - { name: S2, stat: { path: DIR/new/deep/f }, register: s }
        - { name: Say2, debug: { msg: "{{ s.stat.exists }}" } }`,
      choice: dry,
      trace: [
        'h1 | D | changed',
        'h1 | C | changed',
        'h1 | Again | ok',
        'h1 | S | ok',
        'h1 > True 0640 6 True',
        'h1 | Say | ok',
        'h1 | Gone | changed',
        'h1 | S2 | ok',
        'h1 > false',
        'h1 | Say2 | ok',
      ],
      after: leftAlone,
    },
    {
      case: 'lets a file belong to an account that an earlier task would have added',
      tasks: `
        - { name: G, group: { name: provtestgroup } }
        - { name: U, user: { name: provtestuser, create_home: false } }
        - { name: F, file: { path: DIR/owned, state: directory, owner: provtestuser } }
        - { name: FG, file: { path: DIR/ofgroup, state: directory, group: provtestgroup } }`,
      choice: dry,
      trace: ['h1 | G | changed', 'h1 | U | changed', 'h1 | F | changed', 'h1 | FG | changed'],
      after: leftAlone,
    },
    {
      case: 'runs no command, and says of what depends on its output that nobody can know',
      tasks: `
        - { name: C, command: touch DIR/made, register: r }
        - { name: W, copy: { content: x, dest: DIR/w }, when: r.rc == 0 }
        - { name: S, set_fact: { f: "{{ r.stdout }}" } }
        - { name: U, debug: { msg: "{{ f }}" } }
        - { name: K, debug: { msg: "{{ r is changed }}" } }
        - { name: L, debug: {}, loop: "{{ r.stdout_lines }}" }
        - { name: O, debug: { msg: short }, when: true or r.rc == 0 }`,
      choice: dry,
      trace: [
        'h1 | C | changed',
        'h1 | W | maybe',
        'h1 | S | maybe',
        'h1 | U | maybe',
        'h1 > true',
        'h1 | K | ok',
        'h1 | L | maybe',
        'h1 > short',
        'h1 | O | ok',
      ],
      messages: [
        null,
        'depends on the output of "C" (DIR/site.yml:4), which has not run',
        'depends on the output of "C" (DIR/site.yml:4), which has not run',
        'depends on the output of "C" (DIR/site.yml:4), which has not run',
        null,
        'depends on the output of "C" (DIR/site.yml:4), which has not run',
        null,
      ],
      after: leftAlone,
    },
    {
      case: 'knows nothing of a machine any more after a command that may have changed anything',
      tasks: `
        - { name: C, command: "true" }
        - { name: F, file: { path: DIR/f, state: directory } }`,
      choice: dry,
      trace: ['h1 | C | changed', 'h1 | F | maybe'],
    },
    {
      case: 'knows it still after one that is said to change nothing, and runs that one',
      tasks: `
        - { name: C, command: echo read, changed_when: false, check_mode: false, register: r }
        - { name: F, file: { path: DIR/f, state: directory } }
        - { name: D, debug: { msg: "{{ r.stdout }}" } }`,
      choice: dry,
      trace: ['h1 | C | ok', 'h1 | F | changed', 'h1 > read', 'h1 | D | ok'],
      after: leftAlone,
    },
    {
      case: 'calls a real command that fails behind a modelled change a maybe',
      tasks: `
        - { name: D, file: { path: DIR/d, state: directory } }
        - { name: L, command: ls DIR/d, changed_when: false, check_mode: false }
        - { name: After, debug: { msg: after } }`,
      choice: dry,
      trace: ['h1 | D | changed', 'h1 | L | maybe', 'h1 > after', 'h1 | After | ok'],
    },
    {
      case: 'runs the handlers that a change would notify, and perhaps those of a maybe',
      tasks: `
        - { name: A, copy: { content: x, dest: DIR/a }, notify: One }
        - { name: C, command: "true", register: r }
        - { name: M, debug: { msg: m }, changed_when: r.stdout == '', notify: Two }`,
      keywords: `
        handlers:
          - { name: One, debug: { msg: one } }
          - { name: Two, debug: { msg: two } }`,
      choice: dry,
      trace: [
        'h1 | A | changed',
        'h1 | C | changed',
        'h1 > m',
        'h1 | M | maybe',
        'h1 > one',
        'h1 | handler One | ok',
        'h1 | handler Two | maybe',
      ],
      after: leftAlone,
    },
    {
      case: 'cannot know what an include brings along that nobody can name yet',
      files: { 'in.yml': '- { name: I, debug: {} }\n' },
      tasks: `
        - { name: C, command: "true", register: r }
        - { name: Inc, include_tasks: in.yml, when: r.stdout == '' }
        - { name: F, file: { path: DIR/f, state: directory } }`,
      choice: dry,
      trace: ['h1 | C | changed', 'h1 | Inc | maybe', 'h1 | I | maybe', 'h1 | F | maybe'],
    },
    {
      case: 'cannot know as whom a task would run: not even then does it fall over',
      tasks: `
        - { name: C, command: "true", register: r }
        - { name: B, file: { path: DIR/f, state: directory }, become: true, become_user: "{{ r.stdout }}" }
        - { name: D, file: { path: DIR/g, state: directory }, delegate_to: "{{ r.stdout }}" }`,
      choice: dry,
      trace: ['h1 | C | changed', 'h1 | B | maybe', 'h1 | D | maybe'],
    },
    {
      case: 'makes up a password that is yet to be made, and writes none',
      tasks: `
        - { name: P, copy: { content: "{{ lookup('password', 'DIR/secret seed=h1') }}", dest: DIR/p } }
        - { name: Again, copy: { content: "{{ lookup('password', 'DIR/secret seed=h1') }}", dest: DIR/p } }`,
      choice: dry,
      trace: ['h1 | P | changed', 'h1 | Again | ok'],
      after: leftAlone,
    },
    {
      case: 'is certain of certificates that are yet to be issued, and of copies of them',
      tasks: `
        - { name: A, tls_authority: { directory: DIR/authority, common_name: fleet } }
        - { name: D, file: { path: DIR/tls, state: directory } }
        - name: C
          tls_certificate:
            authority: DIR/authority
            path: DIR/tls/host.crt
            key_path: DIR/tls/host.key
            chain_path: DIR/tls/ca.crt
            common_name: h1
        - { name: K, copy: { src: DIR/tls/host.key, dest: DIR/key, remote_src: true, mode: "0600" }, register: k }
        - { name: CA, copy: { src: DIR/tls/ca.crt, dest: DIR/ca, remote_src: true } }
        - { name: Again, copy: { src: DIR/tls/host.key, dest: DIR/key, remote_src: true, mode: "0600" } }
        - { name: M, debug: { msg: "{{ k is changed }} {{ k.mode }}" } }
        - { name: S, debug: { msg: "{{ k.checksum }}" } }`,
      choice: dry,
      trace: [
        'h1 | A | changed',
        'h1 | D | changed',
        'h1 | C | changed',
        'h1 | K | changed',
        'h1 | CA | changed',
        'h1 | Again | ok',
        'h1 > True 0600',
        'h1 | M | ok',
        'h1 | S | maybe',
      ],
      after: leftAlone,
    },
    {
      case: 'leaves certain what a task cannot touch, whatever its arguments will be',
      tasks: `
        - { name: T, tempfile: { path: DIR }, register: t }
        - { name: S, stat: { path: "{{ t.path }}" } }
        - { name: F, file: { path: DIR/a, state: directory } }
        - { name: C, copy: { content: x, dest: "{{ t.path }}" } }
        - { name: G, group: { name: provtestgroup } }
        - { name: F2, file: { path: DIR/b, state: directory } }`,
      choice: dry,
      trace: [
        'h1 | T | changed',
        'h1 | S | maybe',
        'h1 | F | changed',
        'h1 | C | maybe',
        'h1 | G | changed',
        'h1 | F2 | maybe',
      ],
      after: leftAlone,
    },
    {
      case: 'is in doubt of no more than an attribute that the host chooses',
      // The account's number may turn out to be the one that the directory has already.
      tasks: `
        - { name: D, file: { path: DIR/d, state: directory, owner: "54321" }, check_mode: false }
        - { name: U, user: { name: provtestuser, create_home: false } }
        - { name: F, file: { path: DIR/d, owner: provtestuser }, notify: H }
        - { name: W, file: { path: DIR/d, owner: provtestuser, mode: "0700" } }
        - { name: A, file: { path: DIR/d, owner: provtestuser } }
        - { name: B, file: { path: DIR/d/b, state: directory } }`,
      keywords: 'handlers: [{ name: H, debug: {} }]',
      choice: dry,
      trace: [
        'h1 | D | changed',
        'h1 | U | changed',
        'h1 | F | maybe',
        'h1 | W | changed',
        'h1 | A | ok',
        'h1 | B | changed',
        'h1 | handler H | maybe',
      ],
      after: (_, { reports }) => {
        const { message, changes } = reports[2] ?? {}
        expect(message).toBe('the host may choose the number 54321 for provtestuser')
        expect(changes?.map(({ summary }) => summary)).toEqual([
          expect.stringMatching(/^owner of /),
        ])
      },
    },
    {
      case: 'leaves a task with creates alone where the file exists',
      tasks: '- { name: C, command: { cmd: "false", creates: / } }',
      choice: dry,
      trace: ['h1 | C | ok'],
    },
  ])
})

describe('check_mode in a real run', () => {
  behaves([
    {
      case: 'only plans the task, and nothing is believed of it afterwards',
      tasks: `
        - { name: P, copy: { content: x, dest: DIR/p }, check_mode: true }
        - { name: S, stat: { path: DIR/p }, register: s }
        - { name: D, debug: { msg: "{{ s.stat.exists }}" } }`,
      trace: ['h1 | P | changed', 'h1 | S | ok', 'h1 > false', 'h1 | D | ok'],
      after: project => {
        expect(existsSync(project.path('p'))).toBe(false)
      },
    },
    {
      case: 'fails what reads the result of a command that was only planned, and leaves the rest known',
      tasks: `
        - { name: P, command: "true", check_mode: true, register: r }
        - { name: D, copy: { content: x, dest: DIR/d }, when: r.rc == 0, ignore_errors: true }
        - { name: F, file: { path: DIR/f, state: directory } }`,
      trace: ['h1 | P | changed', 'h1 | D | failed, ignored', 'h1 | F | changed'],
      after: (_, { reports }) => {
        expect(reports[1]).toMatchObject({ code: 'E_NOT_RUN' })
      },
    },
  ])
})
