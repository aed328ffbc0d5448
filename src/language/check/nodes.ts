import { readFileSync } from 'node:fs'
import { isDirectory } from '../load/files.ts'
import type { Mistakes } from '../load/mistakes.ts'
import type { Include, Keywords, Play, RoleStart, Task } from '../play.ts'
import { TemplateText, type RawMap } from '../value.ts'
import { calledBy, checkTaskArguments } from './arguments.ts'
import type { Definitions } from './definitions.ts'
import { checkFile } from './files.ts'
import { conditionsOf, type JinjaCheck, type Look } from './jinja.ts'
import { TEMPLATE_NAMES } from './magic.ts'
import type { CheckedModule } from './options.ts'
import { checkRoleArguments } from './rolespec.ts'
import { SiteScope } from './scope.ts'
import type { Site } from './sites.ts'
import { Reader, type Broken, type Used } from './uses.ts'

/** What the checks of single nodes share. */
export interface NodeCheck {
  readonly modules: ReadonlyMap<string, CheckedModule>
  readonly definitions: Definitions
  readonly jinja: JinjaCheck
  readonly reader: Reader
  readonly mistakes: Mistakes
  /** Whether a play has no hosts, so that nothing of it runs. */
  readonly isIdle: (play: Play) => boolean
  /** Template files that were read already. */
  readonly files: Map<string, Used | Broken>
}

/** Checks one node where it will run. */
export const checkSite = (site: Site, check: NodeCheck): void => {
  const { node } = site
  if (!site.certain || node.keywords.when.some(({ source }) => source === 'false')) return
  const look = lookOf(site, check)
  keywords(node.keywords, look, check.jinja)
  if (node.kind === 'task') checkTask(node, { site, look, check })
  else if (node.kind === 'include') checkInclude(node, look, check)
  else if (!check.isIdle(site.play)) startRole(node, { look, check })
}

const lookOf = (site: Site, { definitions, jinja, isIdle }: NodeCheck): Look => ({
  scope: new SiteScope(definitions, site),
  guards: jinja.guardsOf(site.node.keywords.when),
  toleratesUndefined: site.node.keywords.ignoreErrors === true || isIdle(site.play),
})

const keywords = (given: Keywords, look: Look, jinja: JinjaCheck): void => {
  // A condition is evaluated before anything that it could guard.
  jinja.conditions(given.when, { ...look, guards: new Set() })
  jinja.syntax(given.nameTemplate)
  for (const { vars } of given.vars) values(vars, jinja)
  const { become, becomeUser, becomeMethod, remoteUser, delegateTo, delegateFacts, runOnce } = given
  const { ignoreErrors, ignoreUnreachable, noLog, checkMode, diff, anyErrorsFatal } = given
  const { throttle, timeout, environment, notify } = given
  const single = [become, becomeUser, becomeMethod, remoteUser, delegateTo, delegateFacts, runOnce]
  const more = [ignoreErrors, ignoreUnreachable, noLog, checkMode, diff, anyErrorsFatal]
  for (const raw of [...single, ...more, throttle, timeout, ...environment, ...notify])
    jinja.raw(raw, look)
}

/** Values that may never be used: only what is wrong in any case counts. */
export const values = (vars: RawMap | undefined, jinja: JinjaCheck): void => {
  for (const raw of vars?.values() ?? []) jinja.syntax(raw)
}

interface Around {
  readonly site: Site
  readonly look: Look
  readonly check: NodeCheck
}

const checkTask = (task: Task, { site, look, check }: Around): void => {
  const { jinja, mistakes, modules } = check
  const called = calledBy(task, modules)
  if (called !== undefined) checkTaskArguments(task, called, mistakes)
  for (const [name, raw] of task.args)
    if (called?.expressions?.includes(name) === true) expressions(task, name, { look, check, site })
    else jinja.raw(raw, look)
  jinja.raw(task.freeForm, look)
  jinja.raw(task.loop?.items, look)
  jinja.syntax(task.loop?.label)
  for (const raw of [task.loop?.pause, task.retries, task.delay]) jinja.raw(raw, look)
  for (const conditions of [task.changedWhen, task.failedWhen, task.until])
    jinja.conditions(conditions, look)
  const file = mistakes.catching(() => checkFile(task, site.play, mistakes))
  if (file !== undefined && task.module === 'template') templateFile(file, { look, check })
}

const expressions = (task: Task, name: string, { look, check }: Around): void => {
  const raw = task.args.get(name)
  const at = task.argsAt.get(name) ?? task.at
  // `debug: var=x` says that x is undefined, and does not fail.
  const toleratesUndefined = look.toleratesUndefined || task.module === 'debug'
  check.jinja.conditions(conditionsOf(raw, at), { ...look, toleratesUndefined })
  check.jinja.raw(raw, { ...look, toleratesUndefined })
}

const templateFile = (file: string, { look, check }: Omit<Around, 'site'>): void => {
  if (isDirectory(file)) return
  const used = check.files.get(file) ?? check.reader.file(readFileSync(file, 'utf8'), file)
  check.files.set(file, used)
  check.jinja.file(used, { ...look, guards: new Set([...look.guards, ...TEMPLATE_NAMES]) })
}

const checkInclude = (include: Include, look: Look, { jinja }: NodeCheck): void => {
  for (const raw of [include.target, include.tasksFrom, include.loop?.items, include.loop?.pause])
    if (raw instanceof TemplateText || Array.isArray(raw)) jinja.raw(raw, look)
}

const startRole = (start: RoleStart, { look, check }: Omit<Around, 'site'>): void => {
  // With a condition, a run may never come here.
  if (start.keywords.when.length === 0) checkRoleArguments(start, look.scope, check.mistakes)
}
