import { unaffected, type Effect } from '../../core/change.ts'
import type { Place, Probe } from '../../core/probe.ts'
import { Uncertain, withUncertain } from '../../core/uncertain.ts'
import type { Engines } from '../sqlengine.ts'
import { unknownPackages } from './packages.ts'

/**
 * What is true of packages whose archives nobody could read: they may bring whatever is not there
 * and may belong to a package.
 */
export const unknownEffects = (names: readonly string[], reason: string): readonly Effect[] => [
  unknownPackages(names, reason),
  {
    kind: 'rule',
    apply(probe, before) {
      if (!mayBelongToPackage(probe)) return unaffected
      const now = before()
      if (now === null || LISTS.has(probe.kind.name) || isMissing(now)) throw new Uncertain(reason)
      if (probe.kind.name === 'database engines' && (now as Engines).installed === undefined)
        return withUncertain(now as Engines, ['installed'], reason)
      return unaffected
    },
  },
]

/** Kinds whose answers are lists of what there is. */
const LISTS = new Set(['tree', 'matches', 'installed packages', 'unit names', 'services'])

const isMissing = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  'kind' in answer &&
  answer.kind === 'not installed'

// By Debian's policy no package puts anything there.
const LOCAL = /^\/(home|root|srv|mnt|media|tmp|usr\/local)(\/|$)/
const REALMS: readonly Place['realm'][] = ['unit', 'account', 'package', 'sql', 'firewall']

const mayBelongToPackage = (probe: Probe<unknown>): boolean =>
  probe.kind.name !== 'package' &&
  probe.kind
    .dependsOn(probe.question)
    .some(({ realm, name }) => (realm === 'path' ? !LOCAL.test(name) : REALMS.includes(realm)))
