import { foreseen, type Change, type Run } from '../../core/change.ts'
import { UserError } from '../../core/error.ts'
import type { Output } from '../../core/wire.ts'
import {
  packageLists,
  transaction,
  type Lists,
  type Step,
  type Transaction,
} from '../../probes/apt.ts'
import { brings, type Brings } from '../../probes/apt/brings.ts'
import { broughtEffects, listed } from '../../probes/brought/effects.ts'
import { stepsEffects } from '../../probes/brought/packages.ts'
import { unknownEffects } from '../../probes/brought/unknown.ts'
import type { DebFile } from '../../probes/deb.ts'
import { nothingLeft, refreshEffects } from './effects.ts'
import { jointInstallation } from './joint.ts'
import { policyOf } from './policy.ts'
import { readSpec } from './specs.ts'
import { stepsTold, telling } from './told.ts'
import { aptScript, aptWords, refreshScript, type AptWant } from './words.ts'
import { fetches, type Work } from './work.ts'

interface Answers {
  readonly lists: Lists | null
  readonly transaction: Transaction | null
  readonly deb: DebFile | null
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
  { transaction: found, refresh, deb }: Answers & { refresh: Change | undefined },
): Change | undefined => {
  const words = aptWords(want, work.verb, work.names)
  const steps = found?.kind === 'possible' ? found.steps : []
  if (found?.kind === 'impossible' && refresh === undefined) throw refused(work, found.message)
  // Lists fetched anew may know newer versions, so that the simulation does not decide.
  const open = !work.certain && steps.length === 0
  if (open && refresh === undefined) return undefined
  const change: Run = {
    do: 'run',
    summary: summaryOf(work, steps),
    diff: diffOf(steps),
    script: telling(aptScript(want, work.verb, work.names)),
    effects: unknownWork({ want, work, deb }, steps, 'nobody has looked into the packages'),
    scope: 'everything',
    told: output => toldBy(work, output),
    ...(open ? { act: { kind: 'proved by', probe: transaction({ words }), holds: isDone } } : {}),
  }
  const isPlain = work.verb === 'install' && work.certain && want.deb === undefined
  const joint =
    isPlain && refresh === undefined
      ? jointInstallation(want, {
          names: work.names,
          report: own => ({ summary: summaryOf(work, own), diff: diffOf(own) }),
        })
      : undefined
  const foresee = (answer: Brings | null): readonly Change[] =>
    foreseenWork(change, { want, work, deb }, answer)
  return {
    ...change,
    ...(joint === undefined ? {} : { joint }),
    foreseen: foreseen(brings({ words }), foresee),
  }
}

/** What dpkg says was done, which nobody has asked apt before. */
const toldBy = (work: Work, output: Output): Pick<Run, 'summary' | 'diff'> => {
  const steps = stepsTold(output)
  return { summary: summaryOf(work, steps), diff: diffOf(steps) }
}

const refused = ({ verb, names }: Work, message: string): UserError =>
  new UserError('E_APT', `apt-get ${verb} ${names.join(' ')}: ${message}`)

/** What is true of the work when nobody has looked into the packages. */
const unknownWork = ({ want, work }: Task, steps: readonly Step[], reason: string) => [
  nothingLeft(aptWords(want, work.verb, work.names)),
  ...unknownEffects(
    steps.length > 0 || REMOVES.has(work.verb) ? [] : namesIn(work),
    `what ${work.names.join(', ') || `"apt-get ${work.verb}"`} brings is not known: ${reason}`,
  ),
  ...stepsEffects(steps, want.purge),
]

const namesIn = ({ names }: Work): string[] => names.flatMap(name => readSpec(name)?.name ?? [])

interface Task {
  readonly want: AptWant
  readonly work: Work
  readonly deb: DebFile | null
}

/** The change as apt foresees it; none where it has nothing to do. */
const foreseenWork = (change: Run, task: Task, answer: Brings | null): readonly Change[] => {
  const { want, work, deb } = task
  switch (answer?.kind) {
    case undefined:
      return [change]
    case 'interrupted':
      throw interrupted()
    case 'impossible':
      throw refused(work, answer.message)
    case 'unread':
      return [
        {
          ...change,
          ...(answer.steps === undefined
            ? {}
            : { summary: summaryOf(work, answer.steps), diff: diffOf(answer.steps) }),
          effects: unknownWork(task, answer.steps ?? [], answer.reason),
        },
      ]
    case 'read': {
      const { steps } = answer
      if (steps.length === 0 && !work.certain) return []
      const manner = {
        names: work.names,
        deb: deb === null ? undefined : { name: deb.name, file: want.deb ?? '' },
        purge: want.purge,
        policy: policyOf(want),
        keepsConfiguration: !/(?:^|,)\s*force-confnew\b/.test(want.dpkg_options),
      }
      return [
        {
          ...change,
          summary: summaryOf(work, steps),
          diff: diffOf(steps),
          effects: [
            nothingLeft(aptWords(want, work.verb, work.names)),
            ...broughtEffects(answer, manner),
          ],
        },
      ]
    }
  }
}

/** An earlier dpkg left things half done. */
export const interrupted = (): UserError =>
  new UserError('E_DPKG_INTERRUPTED', 'an earlier dpkg did not come to its end', {
    hint: 'log in and run "dpkg --configure -a"',
  })

const isDone = (_before: unknown, after: unknown): true | string => {
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
  fields: steps
    .map(({ name, before, after }) => ({ name, before, after }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
})
