import type { Command } from 'commander'
import { UserError } from '../core/error.ts'
import {
  format,
  withChoiceFlags,
  withConnectionFlags,
  withExtraVars,
  withInputFlags,
  withOutputFlag,
  withReportFlags,
  withVaultFlags,
} from './options.ts'

/** The flags of `plan`: those that decide what a run does, and how to reach the hosts. */
export const withPlanFlags = (command: Command): Command =>
  withReportFlags(withConnectionFlags(withChoiceFlags(withInputFlags(command))))
    .requiredOption('-o, --out <file>', 'where to write the plan')
    .option('--output <format>', '`text` or `json`', format, 'text')

/** The flags of `apply`: all else is decided by the plan. */
export const withApplyFlags = (command: Command): Command =>
  withOutputFlag(withReportFlags(withConnectionFlags(withExtraVars(withVaultFlags(command)))))

/** The flags of `show`. */
export const withShowFlags = (command: Command): Command => withOutputFlag(withReportFlags(command))

/** What was said on the command line of the program and of its command, rather than left as it is. */
export const mergedFlags = (root: Command, own: Command): Record<string, unknown> => ({
  ...own.opts(),
  ...saidIn(root),
  ...saidIn(own),
})

/** Throws for an option of the program that a plan has decided: nothing is ignored in silence. */
export const refuseDecided = (root: Command): void => {
  const decided = Object.keys(saidIn(root)).filter(name => DECIDED.includes(name))
  if (decided.length > 0)
    throw new UserError('E_PLAN_OPTION', `the plan decides on ${decided.map(spelt).join(', ')}`, {
      hint: 'plan again with other options',
    })
}

const spelt = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

const DECIDED = [
  'inventory',
  'limit',
  'tags',
  'skipTags',
  'become',
  'becomeUser',
  'user',
  'forceHandlers',
  'dryRun',
  'check',
]

/** The options that were said. */
const saidIn = (command: Command): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(command.opts()).filter(
      ([name]) => command.getOptionValueSource(name) !== 'default',
    ),
  )
