import type { Explanations } from './explanations.ts'

/** The run itself. */
export const runCodes: Explanations = {
  E_ASSERT: ['An assertion of the playbook does not hold.', 'Read its message.'],
  E_CHANGE_FAILED: ['A change could not be carried out.', 'Read what the host says.'],
  E_FAILED: ['A `fail` task was reached.', 'Read its message.'],
  E_NOT_PROVED: [
    'A change was carried out, and a fresh look finds the host not as it should be.',
    'Read what differs; something else may be changing it.',
  ],
  E_NOT_RUN: [
    'Something reads the result of a task that was only planned, since it has `check_mode: true`.',
    'Leave out `check_mode`, or read only what a plan can tell.',
  ],
  E_NUL: ['A value with a NUL character cannot be passed to a command.', 'Remove it.'],
  E_PROBE: [
    'The state of the host cannot be read.',
    'Read the reason; often `become: true` is missing.',
  ],
  E_REBOOT: [
    'The host did not come back from a reboot in time.',
    'Look at its console, or raise `reboot_timeout`.',
  ],
  E_TASK_FAILED: ['A task failed.', 'Read its message.'],
  E_DIED: [
    'A service that the play started or restarted had died when the play ended.',
    'Read its journal on the host; the task that started it is named.',
  ],
  E_UNTIL: [
    'The condition of `until` did not come to hold.',
    'Raise `retries` or `delay`, or look at the result.',
  ],
}
