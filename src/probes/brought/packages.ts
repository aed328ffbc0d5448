import { becomes, unaffected, type Effect } from '../../core/change.ts'
import { Uncertain, withUncertain } from '../../core/uncertain.ts'
import type { Step } from '../apt.ts'
import type { Archive } from '../apt/archive.ts'
import type { InstalledPackage } from '../installed.ts'
import { bareName, installedPackage, type Package } from '../package.ts'

/** What is true of packages once apt has done these steps. */
export const stepsEffects = (steps: readonly Step[], purge: boolean): readonly Effect[] => [
  ...steps.map(step => becomes(installedPackage(step.name), afterwards(step, purge))),
  {
    kind: 'rule',
    of: ['installed packages'],
    apply: (_, before) => listed(before() as readonly InstalledPackage[], steps),
  },
]

const afterwards = ({ before, after }: Step, purge: boolean): Package | null => {
  if (after !== null) return { version: after, state: 'installed', held: false, providers: [] }
  return purge ? null : { version: before ?? '', state: 'config-files', held: false, providers: [] }
}

const listed = (
  before: readonly InstalledPackage[],
  steps: readonly Step[],
): readonly InstalledPackage[] => {
  const names = new Set(steps.map(({ name }) => bareName(name)))
  const others = before.filter(({ name }) => !names.has(name))
  const came = steps.flatMap(({ name, after }) =>
    after === null
      ? []
      : [
          withUncertain<InstalledPackage>(
            { name: bareName(name), version: after, arch: '', category: '', source: 'apt' },
            ['arch', 'category'],
            'it is known once it has been installed',
          ),
        ],
  )
  return [...others, ...came].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Names that packages stand for beside their own, by what their archives say. */
export const providedEffect = (
  archives: readonly Archive[],
  chosen: ReadonlyMap<string, string>,
): Effect => {
  const providers = new Map<string, string[]>()
  const add = (virtual: string, name: string): void => {
    providers.set(virtual, [...(providers.get(virtual) ?? []), name])
  }
  for (const { name, control } of archives) {
    const [, provides = ''] = /^Provides: (.*)$/m.exec(control.get('control') ?? '') ?? []
    for (const part of provides.split(',')) {
      const [virtual = ''] = part.trim().split(/[\s:(]/)
      if (virtual !== '') add(virtual, name)
    }
  }
  for (const [virtual, name] of chosen) add(virtual, name)
  return {
    kind: 'rule',
    of: ['package'],
    apply(probe, before) {
      const by = providers.get(String(probe.question))
      if (by === undefined) return unaffected
      const now = before() as Package | null
      if (now !== null && now.providers.length === 0) return now
      return {
        version: '',
        state: 'installed',
        held: false,
        providers: [...(now?.providers ?? []), ...by],
      }
    },
  }
}

/** What is true of packages that nobody can tell the steps of. */
export const unknownPackages = (names: readonly string[], reason: string): Effect => ({
  kind: 'rule',
  of: ['package'],
  apply(probe, before) {
    if (names.includes(String(probe.question)))
      return withUncertain<Package>(
        { version: '', state: 'installed', held: false, providers: [] },
        ['version'],
        reason,
      )
    if (before() === null) throw new Uncertain(reason)
    return unaffected
  },
})
