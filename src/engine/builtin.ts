import type { Keywords, Play, Task } from '../language/play.ts'

const NO_KEYWORDS: Keywords = {
  name: undefined,
  when: [],
  tags: [],
  vars: [],
  become: undefined,
  becomeUser: undefined,
  becomeMethod: undefined,
  remoteUser: undefined,
  environment: [],
  delegateTo: undefined,
  delegateFacts: undefined,
  runOnce: undefined,
  ignoreErrors: undefined,
  ignoreUnreachable: undefined,
  noLog: undefined,
  checkMode: undefined,
  diff: undefined,
  anyErrorsFatal: undefined,
  throttle: undefined,
  timeout: undefined,
  notify: [],
}

const ownTask = (module: string, freeForm?: string): Task => {
  const at = { file: '(provision)', line: 1, column: 1 }
  return {
    kind: 'task',
    module,
    moduleAt: at,
    at,
    args: new Map(),
    argsAt: new Map(),
    freeForm,
    keywords: NO_KEYWORDS,
    role: undefined,
    directory: '',
    loop: undefined,
    register: undefined,
    changedWhen: undefined,
    failedWhen: undefined,
    until: undefined,
    retries: undefined,
    delay: undefined,
    listen: [],
  }
}

/** Stands for a saved plan where a host is not as it says. */
export const savedPlan = (play: Play): Task => ({
  ...ownTask('meta'),
  at: play.at,
  keywords: { ...NO_KEYWORDS, name: 'The host is as the plan says' },
})

/** Stands at the end of each section of a play. */
export const FLUSH_HANDLERS: Task = { ...ownTask('meta', 'flush_handlers') }

/** The task that a play begins with unless it says `gather_facts: false`. */
export const gatherFacts = (play: Play): Task => ({
  ...ownTask('setup'),
  at: play.at,
  moduleAt: play.at,
  directory: play.directory,
  keywords: { ...play.keywords, name: 'Gathering Facts', tags: ['always'], when: [], notify: [] },
})
