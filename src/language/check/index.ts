import { byPlace, type UserError } from '../../core/error.ts'
import { FUNCTIONS } from '../lookups/index.ts'
import { Mistakes } from '../load/mistakes.ts'
import type { Play, Playbook, Role } from '../play.ts'
import { Definitions } from './definitions.ts'
import { checkHandlers } from './handlers.ts'
import { JinjaCheck } from './jinja.ts'
import { isIdle, unknownHosts } from './hosts.ts'
import { knownNames } from './known.ts'
import { checkSite, values, type NodeCheck } from './nodes.ts'
import type { CheckOptions, CheckResult } from './options.ts'
import { secretsOnCommandLine } from './secrets.ts'
import { openPlay, type PlaySites } from './sites.ts'
import { Reader } from './uses.ts'

export type { CheckedModule, CheckOptions, CheckResult } from './options.ts'

/** Every mistake in loaded playbooks that can be known before any host is asked. */
export const checkPlaybooks = (
  playbooks: readonly Playbook[],
  options: CheckOptions,
): CheckResult => {
  const mistakes = new Mistakes()
  const plays = playbooks.flatMap(({ plays: own }) => own)
  const load = { ...options.load, onWarning: undefined }
  const opened = plays.map(play => openPlay(play, load, mistakes))
  const definitions = new Definitions(options, mistakes)
  for (const each of opened) definitions.add(each)
  const reader = new Reader(Object.keys(FUNCTIONS))
  const known = knownNames(options, opened)
  const jinja = new JinjaCheck(reader, known, mistakes)
  const isIdlePlay = (play: Play): boolean =>
    known.groups !== undefined && isIdle(play, options.inventory)
  const shared = { modules: options.modules, definitions, jinja, reader, mistakes }
  const check: NodeCheck = { ...shared, isIdle: isIdlePlay, files: new Map() }
  for (const each of opened) checkPlay(each, check)
  return {
    errors: mistakes.all(),
    warnings: opened.flatMap(each => warningsOf(each, options, reader)).toSorted(byPlace),
  }
}

const checkPlay = (opened: PlaySites, check: NodeCheck): void => {
  const { play, sites, handlers, exposed } = opened
  values(play.vars?.vars, check.jinja)
  for (const role of new Set([...play.roles, ...exposed])) roleValues(role, check)
  for (const site of [...sites, ...handlers]) checkSite(site, check)
  checkHandlers(opened, check.mistakes)
}

const roleValues = ({ defaults, vars, params }: Role, { jinja }: NodeCheck): void => {
  for (const layer of [defaults, vars, ...params]) values(layer?.vars, jinja)
}

const warningsOf = (
  { play, sites, handlers }: PlaySites,
  options: CheckOptions,
  reader: Reader,
): readonly UserError[] => [
  ...unknownHosts(play, options.inventory),
  ...[...sites, ...handlers].flatMap(({ node, certain }) =>
    certain && node.kind === 'task' ? secretsOnCommandLine(node, reader) : [],
  ),
]
