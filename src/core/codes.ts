import { connectionCodes } from './codes/connection.ts'
import type { Explanations } from './codes/explanations.ts'
import { inventoryCodes } from './codes/inventory.ts'
import { plansCodes } from './codes/plans.ts'
import { playbooksCodes } from './codes/playbooks.ts'
import { runCodes } from './codes/run.ts'
import { servicesCodes } from './codes/services.ts'
import { systemCodes } from './codes/system.ts'

const AREAS: Readonly<Record<string, Explanations>> = {
  'Playbooks, roles and templates': playbooksCodes,
  'Inventory, secrets and the command line': inventoryCodes,
  'Connecting to hosts': connectionCodes,
  'The run itself': runCodes,
  'Saved plans': plansCodes,
  'Modules for files, packages and services': systemCodes,
  'Modules for databases and certificates, and the lab': servicesCodes,
}

/** Every code that an error may carry: what has happened, and the usual way out. */
export const codes: Explanations = Object.assign({}, ...Object.values(AREAS)) as Explanations

/** `docs/errors.md`: the table for people. */
export const errorsPage = (): string =>
  [
    '# Error codes',
    'Made from `src/core/codes.ts`. A code keeps its meaning.',
    ...Object.entries(AREAS).map(([area, explained]) => `## ${area}\n\n${entries(explained)}`),
  ].join('\n\n') + '\n'

const entries = (explained: Explanations): string =>
  Object.entries(explained)
    .map(([code, [means, wayOut]]) => `- \`${code}\`: ${means} ${wayOut}`)
    .join('\n')
