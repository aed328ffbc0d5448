import type { Command, OptionValues } from 'commander'
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
  type RunFlags,
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
export const mergedFlags = (root: Command, own: Command): RunFlags => ({
  ...own.opts<RunFlags>(),
  ...saidIn(root),
  ...saidIn(own),
})

/** Throws for an option of the program that `apply` has not: the plan decides on it. */
export const refuseDecided = (root: Command, own: Command): void => {
  const decided = Object.keys(saidIn(root)).filter(name => !has(own, name))
  if (decided.length > 0)
    throw new UserError('E_PLAN_OPTION', `the plan decides on ${decided.map(spelt).join(', ')}`, {
      hint: 'plan again with other options',
    })
}

const has = ({ options }: Command, name: string): boolean =>
  options.some(option => option.attributeName() === name)

const spelt = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/** The options that were said. */
const saidIn = (command: Command): OptionValues =>
  Object.fromEntries(
    Object.entries(command.opts()).filter(
      ([name]) => command.getOptionValueSource(name) !== 'default',
    ),
  )
