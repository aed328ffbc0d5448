import type { Explanations } from './explanations.ts'

/** Saved plans. */
export const plansCodes: Explanations = {
  E_PLAN_DIFFERS: [
    'A host, or what a task would do on it, is no longer as the saved plan has it.',
    'Look at the difference, then plan again.',
  ],
  E_PLAN_FORMAT: ['A file is no plan, or a damaged one.', 'Plan again.'],
  E_PLAN_INCOMPLETE: [
    'A host failed or could not be reached when it was planned.',
    'Mend what failed, then plan again.',
  ],
  E_PLAN_INPUT: [
    'A file or value that the plan was made of is another now.',
    'Plan again, and look at what changes.',
  ],
  E_PLAN_KEY: [
    "The controller's key for plans can be read by others, or is none.",
    'Remove the file: the next plan makes a new key, and older plans cannot be applied.',
  ],
  E_PLAN_NEWER: [
    'A plan was written by a newer version of provision.',
    'Use the version that made it, or plan again.',
  ],
  E_PLAN_OPTION: [
    'An option says what the plan has decided, or one that the plan needs is missing.',
    'Leave it out, or give it again, as the message says.',
  ],
  E_PLAN_SEAL: [
    'A plan was changed after it was made, or made on another controller.',
    'Plan again on this one.',
  ],
  E_PLAN_TOOL: ['A plan was made by another version of provision.', 'Plan again with this one.'],
}
