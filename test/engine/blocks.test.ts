import { behaves, inventory } from './harness.ts'

describe('blocks', () => {
  behaves([
    {
      case: 'are rescued, and always run what is below always',
      tasks: `
        - block:
            - { name: A, fail: { msg: boom } }
            - { name: B, debug: {} }
          rescue:
            - { name: R, debug: { msg: "{{ ansible_failed_task.name }} {{ ansible_failed_result.msg }}" } }
          always:
            - { name: Z, debug: { msg: z } }
        - { name: After, debug: { msg: after } }`,
      trace: [
        'h1 | A | failed, rescued',
        'h1 > A boom',
        'h1 | R | ok',
        'h1 > z',
        'h1 | Z | ok',
        'h1 > after',
        'h1 | After | ok',
      ],
      after: (_, { summary }) => {
        expect(summary.hosts.get('h1')).toMatchObject({ ok: 3, failed: 0, rescued: 1 })
      },
    },
    {
      case: 'without a rescue run always and stay failed',
      tasks: `
        - block:
            - { name: A, fail: { msg: boom } }
          always:
            - { name: Z, debug: { msg: "{{ ansible_failed_result.msg }}" } }
        - { name: After, debug: { msg: after } }`,
      trace: ['h1 | A | failed', 'h1 > boom', 'h1 | Z | ok'],
    },
    {
      case: 'fail when their rescue fails, and always runs nevertheless',
      tasks: `
        - block: [{ name: A, fail: { msg: a } }]
          rescue: [{ name: R, fail: { msg: "after {{ ansible_failed_result.msg }}" } }]
          always: [{ name: Z, debug: { msg: z } }]
        - { name: After, debug: {} }`,
      trace: ['h1 | A | failed, rescued', 'h1 | R | failed', 'h1 > z', 'h1 | Z | ok'],
      messages: ['a', 'after a', null],
    },
    {
      case: 'nest: an inner failure without a rescue goes to the outer one',
      tasks: `
        - block:
            - block:
                - { name: A, fail: { msg: inner } }
              always:
                - { name: IZ, debug: { msg: iz } }
            - { name: B, debug: {} }
          rescue:
            - { name: OR, debug: { msg: "{{ ansible_failed_result.msg }}" } }
        - block:
            - block: [{ name: C, fail: { msg: c } }]
              rescue: [{ name: IR, fail: { msg: d } }]
          rescue:
            - { name: OR2, debug: { msg: "{{ ansible_failed_result.msg }}" } }`,
      trace: [
        'h1 | A | failed, rescued',
        'h1 > iz',
        'h1 | IZ | ok',
        'h1 > inner',
        'h1 | OR | ok',
        'h1 | C | failed, rescued',
        'h1 | IR | failed, rescued',
        'h1 > d',
        'h1 | OR2 | ok',
      ],
    },
    {
      case: 'are rescued on the hosts that failed alone',
      files: { 'inventory.yml': inventory({ a: '{}', b: '{}' }) },
      tasks: `
        - block: [{ name: A, fail: { msg: no }, when: inventory_hostname == 'a' }]
          rescue: [{ name: R, debug: { msg: saved } }]
        - { name: After, debug: { msg: after } }`,
      trace: [
        'a | A | failed, rescued',
        'b | A | skipped',
        'a > saved',
        'a | R | ok',
        'a > after',
        'a | After | ok',
        'b > after',
        'b | After | ok',
      ],
    },
    {
      case: 'rescue what an include brought along',
      files: { 'inner.yml': '- { name: I, fail: { msg: included } }\n' },
      tasks: `
        - block: [{ include_tasks: inner.yml }]
          rescue: [{ name: R, debug: { msg: "{{ ansible_failed_result.msg }}" } }]`,
      trace: [
        'h1 | include_tasks | ok',
        'h1 | I | failed, rescued',
        'h1 > included',
        'h1 | R | ok',
      ],
    },
    {
      case: 'rescue a condition and an argument that cannot be evaluated',
      tasks: `
        - block: [{ name: A, debug: { msg: "{{ hostvars.h1.nothing }}" } }]
          rescue: [{ name: R, debug: { msg: saved } }]`,
      trace: ['h1 | A | failed, rescued', 'h1 > saved', 'h1 | R | ok'],
    },
  ])
})

describe('handlers', () => {
  const heard = `
    handlers:
      - { name: One, debug: { msg: one } }
      - { name: Two, debug: { msg: two } }
      - { name: Three, debug: { msg: three }, listen: topic }`
  behaves([
    {
      case: 'run once, in the order of their definition, after the tasks',
      tasks: `
        - { name: A, debug: { msg: a }, changed_when: true, notify: [Two, One] }
        - { name: B, debug: { msg: b }, changed_when: true, notify: Two }
        - { name: C, debug: { msg: c }, notify: Three }`,
      keywords: heard,
      trace: [
        'h1 > a',
        'h1 | A | changed',
        'h1 > b',
        'h1 | B | changed',
        'h1 > c',
        'h1 | C | ok',
        'h1 > one',
        'h1 | handler One | ok',
        'h1 > two',
        'h1 | handler Two | ok',
      ],
    },
    {
      case: 'are notified by topics that they listen to',
      tasks: '- { name: A, debug: { msg: a }, changed_when: true, notify: topic }',
      keywords: heard,
      trace: ['h1 > a', 'h1 | A | changed', 'h1 > three', 'h1 | handler Three | ok'],
    },
    {
      case: 'notify one another',
      tasks: '- { name: A, debug: { msg: a }, changed_when: true, notify: One }',
      keywords: `
        handlers:
          - { name: One, debug: { msg: one }, changed_when: true, notify: Two }
          - { name: Two, debug: { msg: two } }`,
      trace: [
        'h1 > a',
        'h1 | A | changed',
        'h1 > one',
        'h1 | handler One | changed',
        'h1 > two',
        'h1 | handler Two | ok',
      ],
    },
    {
      case: 'are flushed in the middle, where the condition holds',
      tasks: `
        - { name: A, debug: { msg: a }, changed_when: true, notify: One }
        - { name: Not yet, meta: flush_handlers, when: false }
        - { name: Now, meta: flush_handlers }
        - { name: B, debug: { msg: b } }`,
      keywords: heard,
      trace: [
        'h1 > a',
        'h1 | A | changed',
        'h1 | Not yet | skipped',
        'h1 > one',
        'h1 | handler One | ok',
        'h1 > b',
        'h1 | B | ok',
      ],
    },
    {
      case: 'run after each section',
      keywords: `
        pre_tasks: [{ name: Pre, debug: { msg: pre }, changed_when: true, notify: One }]
        handlers: [{ name: One, debug: { msg: one } }]`,
      tasks: '- { name: A, debug: { msg: a } }',
      trace: [
        'h1 > pre',
        'h1 | Pre | changed',
        'h1 > one',
        'h1 | handler One | ok',
        'h1 > a',
        'h1 | A | ok',
      ],
    },
    {
      case: 'do not run on a host that failed since',
      files: { 'inventory.yml': inventory({ a: '{}', b: '{}' }) },
      tasks: `
        - { name: A, debug: { msg: x }, changed_when: true, notify: One }
        - { name: F, fail: { msg: no }, when: inventory_hostname == 'a' }`,
      keywords: heard,
      trace: [
        'a > x',
        'a | A | changed',
        'b > x',
        'b | A | changed',
        'a | F | failed',
        'b | F | skipped',
        'b > one',
        'b | handler One | ok',
      ],
    },
    ...[
      { case: 'of a play with force_handlers', keywords: '\n    force_handlers: true' },
      { case: 'with --force-handlers', choice: { flags: { forceHandlers: true as const } } },
    ].map(how => ({
      case: `run on a host that failed since: ${how.case}`,
      tasks: `
        - { name: A, debug: { msg: x }, changed_when: true, notify: One }
        - { name: F, fail: { msg: no } }
        - { name: After, debug: {} }`,
      keywords: `${heard}${how.keywords ?? ''}`,
      ...(how.choice === undefined ? {} : { choice: how.choice }),
      trace: ['h1 > x', 'h1 | A | changed', 'h1 | F | failed', 'h1 > one', 'h1 | handler One | ok'],
    })),
    {
      case: 'of a role: its own name first, and by its full name',
      files: {
        'roles/r/handlers/main.yml': '- { name: One, debug: { msg: of the role } }\n',
        'roles/r/tasks/main.yml':
          '- { name: T, debug: { msg: t }, changed_when: true, notify: One }\n',
      },
      keywords: `
        roles: [r]
        handlers: [{ name: One, debug: { msg: of the play } }]`,
      tasks: `
        - { name: A, debug: { msg: a }, changed_when: true, notify: "r : One" }`,
      trace: [
        'h1 > t',
        'h1 | r : T | changed',
        'h1 > a',
        'h1 | A | changed',
        'h1 > of the role',
        'h1 | handler r : One | ok',
      ],
    },
    {
      case: 'run whatever their tags when the task that notifies them is chosen',
      tasks: '- { name: A, debug: { msg: a }, changed_when: true, notify: One, tags: x }',
      keywords: heard,
      choice: { flags: { tags: ['x'] } },
      trace: ['h1 > a', 'h1 | A | changed', 'h1 > one', 'h1 | handler One | ok'],
    },
    {
      case: 'loop and have conditions',
      tasks: '- { name: A, debug: { msg: a }, changed_when: true, notify: [L, N] }',
      keywords: `
        handlers:
          - { name: L, debug: { msg: "{{ item }}" }, loop: [1, 2] }
          - { name: N, debug: {}, when: false }`,
      trace: [
        'h1 > a',
        'h1 | A | changed',
        'h1 > 1',
        'h1 > 2',
        'h1 | handler L (1) | ok',
        'h1 | handler L (2) | ok',
        'h1 | handler N | skipped',
      ],
    },
    {
      case: 'that fail take the host out of the play',
      tasks: '- { name: A, debug: { msg: a }, changed_when: true, notify: [Bad, Later] }',
      keywords: `
        handlers:
          - { name: Bad, fail: { msg: no } }
          - { name: Later, debug: {} }
        post_tasks: [{ name: P, debug: {} }]`,
      trace: ['h1 > a', 'h1 | A | changed', 'h1 | handler Bad | failed'],
    },
    {
      case: 'that nobody has fail the task, as far as only the run can know',
      tasks: '- { name: A, debug: { msg: a }, changed_when: true, notify: "{{ who }}" }',
      keywords: `
        vars: { who: nobody }
        handlers: [{ name: One, debug: {} }]`,
      trace: ['h1 | A | failed'],
      messages: [expect.stringContaining('no handler is called "nobody"') as string],
    },
    {
      case: 'are not notified by a loop of which no item changed, and are by one of which one did',
      tasks: `
        - { name: A, debug: { msg: x }, loop: [1], changed_when: false, notify: One }
        - { name: B, debug: { msg: x }, loop: [1, 2], changed_when: item == 2, notify: Two }`,
      keywords: heard,
      trace: [
        'h1 > x',
        'h1 | A (1) | ok',
        'h1 > x',
        'h1 > x',
        'h1 | B (1) | ok',
        'h1 | B (2) | changed',
        'h1 > two',
        'h1 | handler Two | ok',
      ],
    },
    {
      case: 'that are includes run the tasks of their file',
      files: { 'restart.yml': '- { name: R, debug: { msg: r } }\n' },
      tasks: '- { name: A, debug: { msg: a }, changed_when: true, notify: Inc }',
      keywords: 'handlers: [{ name: Inc, include_tasks: restart.yml }]',
      trace: [
        'h1 > a',
        'h1 | A | changed',
        'h1 | handler Inc | ok',
        'h1 > r',
        'h1 | handler R | ok',
      ],
    },
  ])
})
