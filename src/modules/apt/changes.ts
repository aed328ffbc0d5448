import { becomes, type Change } from '../../core/change.ts'
import { UserError } from '../../core/error.ts'
import {
  packageLists,
  transaction,
  type Lists,
  type Step,
  type Transaction,
} from '../../probes/apt.ts'
import { listed, providedEffects, refreshEffects, stepEffects, unknownEffects } from './effects.ts'
import { readSpec } from './specs.ts'
import { aptScript, aptWords, refreshScript, type AptWant } from './words.ts'
import { fetches, type Work } from './work.ts'

interface Answers {
  readonly lists: Lists | null
  readonly transaction: Transaction | null
}

/** The summary of the change that fetches the package lists. */
export const REFRESH = 'fetch the package lists'

/** Fetches the package lists where they are needed, then lets apt do the work in one go. */
export const aptChanges = (
  want: AptWant,
  work: Work | undefined,
  actual: Answers,
): readonly Change[] => {
  const refresh = refreshChange(want, work, actual)
  const rest = work === undefined ? undefined : workChange(want, work, { ...actual, refresh })
  return [refresh, rest].filter(change => change !== undefined)
}

const refreshChange = (
  want: AptWant,
  work: Work | undefined,
  { lists, transaction: found }: Answers,
): Change | undefined => {
  const named = want.name.length > 0 || want.deb !== undefined
  if (named && work === undefined) return undefined
  const refused = work !== undefined && !REMOVES.has(work.verb) && found?.kind === 'impossible'
  const old = lists !== null && (!lists.present || lists.age > want.cache_valid_time)
  if (!refused && !(fetches(want) && old) && !(fetches(want) && want.cache_valid_time === 0))
    return undefined
  // Without a time for which lists are good, "fetch them" is an act: it is done each time.
  const isAct = want.cache_valid_time === 0
  return {
    do: 'run',
    summary: REFRESH,
    script: refreshScript(want.lock_timeout),
    effects: refreshEffects(),
    scope: [
      { realm: 'path', name: '/var/lib/apt' },
      { realm: 'path', name: '/var/cache/apt' },
    ],
    ...(isAct ? { act: { kind: 'proved by', probe: packageLists(), holds: newer } } : {}),
  }
}

const REMOVES: ReadonlySet<string> = new Set(['remove', 'purge', 'autoremove'])

const newer = (before: unknown, after: unknown): true | string => {
  const [was, is] = [before, after] as [Lists | null, Lists | null]
  return (is?.fetched ?? 0) > (was?.fetched ?? 0) || 'the package lists are as old as before'
}

const workChange = (
  want: AptWant,
  work: Work,
  { transaction: found, refresh }: Answers & { refresh: Change | undefined },
): Change | undefined => {
  const words = aptWords(want, work.verb, work.names)
  const names = work.names.flatMap(name => readSpec(name)?.name ?? [])
  const steps = found?.kind === 'possible' ? found.steps : []
  if (found?.kind === 'impossible' && refresh === undefined)
    throw new UserError('E_APT', `apt-get ${work.verb} ${work.names.join(' ')}: ${found.message}`)
  // Lists fetched anew may know newer versions, so that the simulation does not decide.
  const open = !work.certain && steps.length === 0
  if (open && refresh === undefined) return undefined
  return {
    do: 'run',
    summary: summaryOf(work, steps),
    diff: diffOf(steps),
    script: aptScript(words, want.policy_rc_d),
    effects: [
      becomes(transaction({ words }), { kind: 'possible', steps: [] }),
      ...(found?.kind === 'impossible' ? unknownEffects(names) : stepEffects(steps, want.purge)),
      ...(REMOVES.has(work.verb) ? [] : providedEffects(names, steps)),
    ],
    scope: 'everything',
    ...(open
      ? { act: { kind: 'proved by', probe: transaction({ words }), holds: nothingLeft } }
      : {}),
  }
}

const nothingLeft = (_before: unknown, after: unknown): true | string => {
  const found = after as Transaction | null
  if (found?.kind === 'possible')
    return found.steps.length === 0 || `${listed(found.steps)} still to do`
  return found?.kind === 'impossible' ? found.message : 'dpkg was interrupted'
}

const VERBS: Readonly<Record<string, string>> = {
  install: 'install',
  'install -f': 'repair dependencies:',
  remove: 'remove',
  purge: 'purge',
  'build-dep': 'install what building needs:',
  autoremove: 'remove what nothing needs:',
}

const summaryOf = ({ verb, names }: Work, steps: readonly Step[]): string => {
  const word = VERBS[verb] ?? 'upgrade'
  if (names.length === 0) return `${word} ${listed(steps)}`.trim()
  const others = steps.length - names.length
  return `${word} ${names.join(', ')}${others > 0 ? ` (${steps.length} packages in all)` : ''}`
}

const diffOf = (steps: readonly Step[]) => ({
  kind: 'fields' as const,
  of: 'packages',
  fields: steps.map(({ name, before, after }) => ({ name, before, after })),
})
