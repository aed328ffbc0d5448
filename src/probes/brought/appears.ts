import { unaffected, type Effect } from '../../core/change.ts'
import { Uncertain, withUncertain } from '../../core/uncertain.ts'
import type { Firewall } from '../firewall.ts'
import type { Engines } from '../sqlengine.ts'

/**
 * What follows for questions of other kinds when a program appears that was not there before. The
 * one place where such effects are gathered: a kind that knows what its program answers when it is
 * new has a line here.
 */
const PROGRAMS: readonly {
  readonly at: RegExp
  readonly effects: (reason: string) => readonly Effect[]
}[] = [
  { at: /^\/usr\/s?bin\/mariadbd$/, effects: () => [engineAppears('mariadb')] },
  { at: /^\/usr\/s?bin\/mysqld$/, effects: () => [engineAppears('mysql')] },
  { at: /^\/usr\/s?bin\/(?:mariadbd|mysqld)$/, effects: reason => [sqlUnknown(reason)] },
  { at: /^\/usr\/s?bin\/nft$/, effects: () => [firewallAppears] },
]

/** The effects of programs that appear at these paths. */
export const appearanceEffects = (paths: Iterable<string>, by: string): readonly Effect[] => {
  const all = [...paths]
  return PROGRAMS.filter(({ at }) => all.some(path => at.test(path))).flatMap(({ effects }) =>
    effects(`${by} bring${by.includes(',') ? '' : 's'} the program that answers`),
  )
}

const engineAppears = (engine: Engines['installed']): Effect => ({
  kind: 'rule',
  of: ['database engines'],
  apply(_, before) {
    const engines = before() as Engines
    // MariaDB is found first, and also brings a program under the other's name.
    return engines.installed === undefined || engine === 'mariadb'
      ? { ...engines, installed: engine }
      : engines
  },
})

const sqlUnknown = (reason: string): Effect => ({
  kind: 'rule',
  apply(probe, before) {
    const asks = probe.kind
      .dependsOn(probe.question)
      .some(({ realm, name }) => realm === 'sql' && name === '*')
    if (!asks) return unaffected
    const answer = before() as { readonly kind?: string } | null
    if (answer?.kind !== 'not installed') return unaffected
    throw new Uncertain(reason)
  },
})

const firewallAppears: Effect = {
  kind: 'rule',
  of: ['firewall'],
  apply(_, before) {
    const toCome: Firewall = { kind: 'to come', loaded: false }
    const reason = 'nft is yet to be installed'
    return before() ?? withUncertain(toCome, ['loaded'], reason)
  },
}
