import { becomes, unaffected, type Effect } from '../../core/change.ts'
import type { Place, Probe } from '../../core/probe.ts'
import { Uncertain } from '../../core/uncertain.ts'
import { packageLists, TRANSACTION, type Step, type Transaction } from '../../probes/apt.ts'
import { bareName, installedPackage } from '../../probes/package.ts'

/** What is true once apt has done these steps. */
export const stepEffects = (steps: readonly Step[], purge: boolean): Effect[] => {
  const names = steps.flatMap(step => (step.after === null ? [] : [step.name]))
  return [
    ...steps.map(step => becomes(installedPackage(step.name), afterwards(step, purge))),
    { kind: 'rule', apply: withoutSteps(steps) },
    {
      kind: 'rule',
      apply: (probe, before) =>
        probe.kind.name !== 'package' && mayBring(probe, before, names)
          ? uncertain(`${listed(steps)} may bring it`)
          : unaffected,
    },
  ]
}

const uncertain = (reason: string): never => {
  throw new Uncertain(reason)
}

const afterwards = ({ before, after }: Step, purge: boolean) => {
  if (after !== null)
    return { version: after, state: 'installed' as const, held: false, providers: [] }
  return purge
    ? null
    : { version: before ?? '', state: 'config-files' as const, held: false, providers: [] }
}

// A later task's simulation was made before these steps: what they do, it need not do again.
const withoutSteps =
  (steps: readonly Step[]) =>
  (probe: Probe<unknown>, before: () => unknown): unknown => {
    if (probe.kind.name !== TRANSACTION) return unaffected
    const found = before() as Transaction | null
    if (found?.kind !== 'possible') return unaffected
    const done = new Set(steps.map(step => step.name))
    return { kind: 'possible', steps: found.steps.filter(step => !done.has(step.name)) }
  }

// By Debian's policy no package puts anything there.
const LOCAL = /^\/(home|root|srv|opt|mnt|media|tmp|usr\/local)(\/|$)/
const WORD = /[a-z]{3,}/g
// Words of many names, which say nothing of what belongs together.
const COMMON = new Set(
  'lib common core data dev doc server client service system systemd etc usr var init local'.split(
    ' ',
  ),
)

/**
 * Whether packages may bring what is not there. What a package holds is not known before it is
 * there, so its name decides: nginx may bring nginx.service, /etc/nginx and an account nginx.
 */
const mayBring = (
  probe: Probe<unknown>,
  before: () => unknown,
  packages: readonly string[],
): boolean => {
  const words = new Set(packages.flatMap(wordsOf))
  const places = probe.kind.dependsOn(probe.question).filter(mayBelongToPackage)
  const about = places.flatMap(({ name }) =>
    wordsOf(name === '*' ? JSON.stringify(probe.question) : name),
  )
  return about.some(word => words.has(word)) && before() === null
}

const wordsOf = (name: string): string[] =>
  (name.toLowerCase().match(WORD) ?? []).filter(word => !COMMON.has(word))

const mayBelongToPackage = ({ realm, name }: Place): boolean =>
  realm === 'unit' ||
  realm === 'account' ||
  realm === 'package' ||
  (realm === 'path' && !LOCAL.test(name))

/** A virtual package has no step of its own: what is installed instead provides it. */
export const providedEffects = (names: readonly string[], steps: readonly Step[]): Effect[] => {
  const done = new Set(steps.map(step => step.name))
  const providers = steps.filter(step => step.after !== null).map(step => step.name)
  if (providers.length === 0) return []
  return names
    .filter(name => !done.has(name))
    .map(name =>
      becomes(installedPackage(name), { version: '', state: 'installed', held: false, providers }),
    )
}

/** What is true once the package lists have been fetched. */
export const refreshEffects = (): Effect[] => [
  becomes(packageLists(), { present: true, fetched: Number.MAX_SAFE_INTEGER, age: 0 }),
]

/** What is true of packages that apt does not know before its lists are fetched. */
export const unknownEffects = (names: readonly string[]): Effect[] => [
  ...names.map(name => ({
    kind: 'rule' as const,
    apply: (probe: Probe<unknown>): unknown =>
      probe.key === installedPackage(name).key ? unknownVersion(name) : unaffected,
  })),
  {
    kind: 'rule',
    apply: (probe, before) =>
      mayBring(probe, before, names)
        ? uncertain(`what ${names.join(', ')} brings is not known`)
        : unaffected,
  },
]

const unknownVersion = (name: string): object => ({
  get version(): string {
    return uncertain(`the package lists do not know ${bareName(name)} yet`)
  },
  state: 'installed',
  held: false,
  providers: [],
})

/** The steps' packages, the first few by name. */
export const listed = (steps: readonly Step[]): string => {
  const names = steps.map(step => step.name)
  const rest = names.length - 3
  return rest > 0 ? `${names.slice(0, 3).join(', ')} and ${rest} more` : names.join(', ')
}
