import type { Known } from '../../core/module.ts'
import { debFile } from '../../probes/deb.ts'
import { installedPackage, type Package } from '../../probes/package.ts'
import { readSpec, removable, stands, type Spec } from './specs.ts'
import type { AptWant } from './words.ts'

/** What the task wants of apt-get, as far as the packages' own state tells. */
export interface Work {
  readonly verb: string
  /** As apt-get takes them; none for work on all packages. */
  readonly names: readonly string[]
  /** Whether it is due whatever apt would do. */
  readonly certain: boolean
  /**
   * Names that the package lists have to know for it to be done without asking apt what it would do;
   * undefined where apt decides more than that.
   */
  readonly needs?: readonly string[]
}

/** Whether the task says that the package lists are to be fetched. */
export const fetches = (want: AptWant): boolean => want.update_cache || want.cache_valid_time > 0

/** The packages that the task names, that of its `.deb` file included once it is known. */
export const namesOf = (want: AptWant, known: Known): Spec[] => {
  const deb = want.deb === undefined ? undefined : known(debFile(want.deb))
  const inFile = deb ? [{ text: want.deb ?? '', name: deb.name, version: deb.version }] : []
  return [...want.name.flatMap(name => readSpec(name) ?? []), ...inFile]
}

/** What is due; undefined when nothing is, or when that is not known yet. */
export const workOf = (want: AptWant, known: Known): Work | undefined => {
  const found = namesOf(want, known).map(spec => ({
    spec,
    now: known(installedPackage(spec.name)),
  }))
  if (found.some(({ now }) => now === undefined)) return undefined
  if (found.length === 0) return workOnAll(want)
  const texts = (due: (spec: Spec, now: Package | null) => boolean): string[] =>
    found.filter(({ spec, now }) => due(spec, now ?? null)).map(({ spec }) => spec.text)
  if (want.state === 'absent') {
    const names = texts((_, now) => removable(now, want.purge))
    return some({ verb: want.purge ? 'purge' : 'remove', names, certain: true })
  }
  if (want.state === 'build-dep')
    return { verb: 'build-dep', names: texts(() => true), certain: false }
  const missing = texts((spec, now) => !stands(spec, now) && (now !== null || !want.only_upgrade))
  if (want.state === 'latest')
    return { verb: 'install', names: texts(() => true), certain: missing.length > 0 }
  const arePlain = found.every(({ spec }) => spec.text === spec.name && !spec.name.includes(':'))
  const needs = arePlain && want.deb === undefined ? { needs: missing } : {}
  return some({ verb: 'install', names: missing, certain: true, ...needs })
}

const some = (work: Work): Work | undefined => (work.names.length > 0 ? work : undefined)

const UPGRADES: Readonly<Record<AptWant['upgrade'], string | undefined>> = {
  no: undefined,
  false: undefined,
  yes: 'upgrade --with-new-pkgs',
  true: 'upgrade --with-new-pkgs',
  safe: 'upgrade --with-new-pkgs',
  full: 'dist-upgrade',
  dist: 'dist-upgrade',
}

const workOnAll = (want: AptWant): Work | undefined => {
  const upgrade = UPGRADES[want.upgrade]
  const verb =
    upgrade ??
    (want.state === 'fixed' ? 'install -f' : undefined) ??
    (want.autoremove ? 'autoremove' : undefined)
  return verb === undefined ? undefined : { verb, names: [], certain: false }
}
