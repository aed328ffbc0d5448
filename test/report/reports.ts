import type { TaskReport } from '../../src/core/event.ts'

/** What a task that had nothing to do on a host is reported as, but for these parts. */
export const reported = (parts: Partial<TaskReport>): TaskReport => ({
  play: 'Web',
  task: 'T',
  role: undefined,
  at: { file: 'site.yml', line: 4, column: 7 },
  host: 'a',
  status: 'ok',
  item: null,
  changes: [],
  message: null,
  hint: undefined,
  code: undefined,
  forgiven: undefined,
  handler: false,
  result: undefined,
  ms: 1,
  ...parts,
})
