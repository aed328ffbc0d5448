import { unaffected, type Effect } from '../../core/change.ts'
import { inside } from '../../core/probe.ts'
import { Uncertain } from '../../core/uncertain.ts'
import type { Step } from '../apt.ts'
import type { Brings } from '../apt/brings.ts'
import type { Surroundings } from '../apt/surroundings.ts'
import { ABOUT_WORLD, worldBecomes, withPending, type Pending } from '../apt/world.ts'
import { accountsEffect, BroughtAccounts } from './accounts.ts'
import { appearanceEffects } from './appears.ts'
import { entriesOf, placeOf, type Entry } from './entries.ts'
import { providedEffect, stepsEffects } from './packages.ts'
import { BroughtPaths, type FormerPaths } from './paths.ts'
import { PATH_KINDS, pathsEffect, touchesPlaces } from './rules.ts'
import { formerOf, happeningsOf } from './scripts.ts'
import { allHold } from './unitcondition.ts'
import { BroughtUnits, unitsEffect } from './units.ts'
import { unitOfPath } from './unitfile.ts'

/** How the task has apt do it. */
export interface Manner {
  /** The names that it gives to apt-get. */
  readonly names: readonly string[]
  /** The file of the machine that is installed, with the package in it. */
  readonly deb: { readonly name: string; readonly file: string } | undefined
  readonly purge: boolean
  readonly keepsConfiguration: boolean
  /** Exit code of the policy-rc.d that stands meanwhile; undefined: the host's own. */
  readonly policy: number | undefined
}

/** What is true once apt has done what was foreseen. */
export const broughtEffects = (
  { steps, archives, chosen, there }: Brings & { kind: 'read' },
  manner: Manner,
): readonly Effect[] => {
  const entries = entriesOf(archives, there)
  const happenings = happeningsOf({ steps, archives, entries, there, purge: manner.purge })
  const all = [...happenings.before, ...happenings.after]
  const former = formerPaths({ steps, there, entries, purge: manner.purge })
  const circumstances = {
    setting: happenings.setting,
    brings: (at: string) =>
      entries.has(placeOf(at, there.links)) || all.some(deed => 'at' in deed && deed.at === at),
    now: there.conditions,
  }
  const accounts = new BroughtAccounts(all, entries, readsDeclarations(there))
  const units = new BroughtUnits({
    entries,
    happenings: all,
    mayStart: mayStart(manner, there),
    leaving: unitsIn(former),
    hold: conditions => allHold(conditions, circumstances),
  })
  const paths = new BroughtPaths({
    entries,
    happenings,
    links: there.links,
    former,
    keepsConfiguration: manner.keepsConfiguration,
    written: writtenBy(entries, units),
    rewritten: new Map(accounts.changesAny ? ACCOUNT_FILES : []),
  })
  const by = listed(steps)
  return [
    ...stepsEffects(steps, manner.purge),
    providedEffect(archives, chosen),
    worldBecomes(withPending(pendingOf(steps, manner, chosen))),
    othersUnknown(paths, by),
    pathsEffect(paths),
    unitsEffect(units),
    accountsEffect(accounts),
    ...appearanceEffects(entries.keys(), by),
  ]
}

/** The steps' packages, the first few by name. */
export const listed = (steps: readonly Step[]): string => {
  const names = steps.map(step => step.name)
  const rest = names.length - 3
  return rest > 0 ? `${names.slice(0, 3).join(', ')} and ${rest} more` : names.join(', ')
}

/** What later questions to apt are asked about. */
const pendingOf = (
  steps: readonly Step[],
  { names, purge, deb }: Manner,
  chosen: ReadonlyMap<string, string>,
): Pending[] => {
  const named = new Set(names.flatMap(name => [nameOf(name), chosen.get(nameOf(name)) ?? '']))
  return steps.map(({ name, before, after }) => ({
    name,
    version: after,
    // What was installed before stays marked as it was.
    auto: after !== null && before === null && !named.has(name) && name !== deb?.name,
    kept: after === null && !purge,
    file: name === deb?.name ? deb.file : '',
  }))
}

const nameOf = (spec: string): string => spec.split(/[=/]/)[0] ?? spec

/** Systemd's own package waits for files of sysusers.d. */
const readsDeclarations = ({ triggers }: Surroundings): boolean =>
  triggers.some(({ trigger }) => trigger === '/usr/lib/sysusers.d')

const mayStart = ({ policy }: Manner, { hasPolicy }: Surroundings): boolean | undefined => {
  if (policy !== undefined) return policy === 101 ? false : policy === 0 ? true : undefined
  return hasPolicy ? undefined : true
}

interface Transaction {
  readonly steps: readonly Step[]
  readonly there: Surroundings
  readonly entries: ReadonlyMap<string, Entry>
  readonly purge: boolean
}

const formerPaths = ({ steps, there, entries, purge }: Transaction): FormerPaths => {
  const left = new Map<string, { shared: boolean; by: string }>()
  const conffiles = new Map<string, string>()
  for (const step of steps) {
    const former = formerOf(step, there)
    if (former === undefined) continue
    const keeps = step.after !== null || !purge
    const kept = [...former.conffiles.keys()]
    if (step.after !== null)
      for (const [at, md5] of former.conffiles) conffiles.set(placeOf(at, there.links), md5)
    for (const name of former.paths) {
      const at = placeOf(name, there.links)
      if (entries.has(at) || (keeps && former.conffiles.has(name))) continue
      const shared = former.shared.has(name) || (keeps && kept.some(file => inside(file, name)))
      left.set(at, { shared, by: step.name })
    }
  }
  return { left, conffiles }
}

const unitsIn = ({ left }: FormerPaths): ReadonlySet<string> =>
  new Set([...left.keys()].flatMap(at => unitOfPath(at) ?? []))

const ACCOUNT_FILES = ['passwd', 'shadow', 'group', 'gshadow', 'subuid', 'subgid']
  .flatMap(file => [`/etc/${file}`, `/etc/${file}-`])
  .map(at => [at, 'accounts are added'] as const)

/** Where programs write that the transaction starts, with the reason. */
const writtenBy = (
  entries: ReadonlyMap<string, Entry>,
  units: BroughtUnits,
): ReadonlyMap<string, string> => {
  const written = new Map<string, string>()
  if (units.startsAny) {
    const reason = 'a service that packages start may write it'
    written.set('/run', reason)
    for (const [at, { info }] of entries)
      if (info.kind === 'directory' && /^\/var\/[^/]+\/[^/]+/.test(at)) written.set(at, reason)
    for (const { directories } of units.files.values())
      for (const at of directories) written.set(at, reason)
  }
  return written
}

/** Questions of other kinds about paths that the transaction touches. */
const othersUnknown = (paths: BroughtPaths, by: string): Effect => ({
  kind: 'rule',
  apply(probe) {
    const { name } = probe.kind
    if (PATH_KINDS.has(name) || ANSWERED.has(name) || !touchesPlaces(probe, paths))
      return unaffected
    throw new Uncertain(`${by} may alter it`)
  },
})

/** Kinds whose answers other effects give, or that packages do not alter in what is asked of them. */
const ANSWERED = new Set([
  ...['unit', 'unit names', 'services', 'unread units', 'account', 'group', 'getent', 'firewall'],
  ...['apt lists', 'package', 'facts', 'crontab'],
  ...ABOUT_WORLD,
])
