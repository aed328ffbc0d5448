import { defineModule, type Known } from '../core/module.ts'
import type { Probe } from '../core/probe.ts'
import { packageLists, transaction, type Lists, type Transaction } from '../probes/apt.ts'
import { readiness, type Readiness } from '../probes/apt/readiness.ts'
import { debFile, type DebFile } from '../probes/deb.ts'
import { installedPackage, type Package } from '../probes/package.ts'
import { aptChanges, interrupted, REFRESH } from './apt/changes.ts'
import { APT_PARAMS } from './apt/params.ts'
import { readSpec } from './apt/specs.ts'
import { aptsOwn } from './apt/told.ts'
import { aptWords } from './apt/words.ts'
import { fetches, namesOf, workOf, type Work } from './apt/work.ts'

type Questions = {
  readonly lists: Probe<Lists> | undefined
  readonly readiness: Probe<Readiness> | undefined
  readonly transaction: Probe<Transaction> | undefined
  readonly deb: Probe<DebFile> | undefined
  readonly [name: `package:${string}`]: Probe<Package>
}

export const apt = defineModule({
  name: 'apt',
  summary: 'Installs, upgrades and removes packages of Debian and its kin.',
  params: APT_PARAMS,

  check(want) {
    const bad = (want.name ?? []).find(name => readSpec(name) === undefined)
    if (bad !== undefined) return `"${bad}" is no package name; patterns are not supported`
    if (want.deb !== undefined && !want.deb.startsWith('/'))
      return `deb takes an absolute path on the host, not "${want.deb}"; fetch it with get_url first`
    if (want.start_services === false && want.policy_rc_d !== undefined)
      return 'policy_rc_d and start_services both say what packages may start; give one of them'
    return undefined
  },

  probes(want, known): Questions {
    const named = namesOf(want, known).map(spec => installedPackage(spec.name))
    const work = workOf(want, known)
    const ready = work?.needs && readiness(work.needs)
    return {
      deb: want.deb === undefined ? undefined : debFile(want.deb),
      lists: fetches(want) || work !== undefined ? packageLists() : undefined,
      readiness: ready,
      transaction:
        work && aptDecides(work, ready && known(ready))
          ? transaction({ words: aptWords(want, work.verb, work.names) })
          : undefined,
      ...Object.fromEntries(named.map(probe => [`package:${String(probe.question)}`, probe])),
    }
  },

  plan(want, actual) {
    const known: Known = <A>(probe: Probe<A>) =>
      probe.kind.name === 'deb file'
        ? (actual.deb as A | null)
        : ((actual[`package:${String(probe.question)}`] ?? null) as A | null)
    if (actual.readiness?.interrupted === true || actual.transaction?.kind === 'interrupted')
      throw interrupted()
    return aptChanges(want, workOf(want, known), actual)
  },

  result(_want, before, after, outcomes) {
    const outputs = outcomes.flatMap(({ output }) => output ?? [])
    const lists = after.lists ?? before.lists
    return {
      cache_updated: outcomes.some(({ change }) => change.summary === REFRESH),
      cache_update_time: Math.floor(lists?.fetched ?? 0),
      stdout: outputs.map(aptsOwn).join(''),
      stderr: outputs.map(({ stderr }) => stderr.toString('utf8')).join(''),
    }
  },
})

/** Whether only a simulation tells if the work can be done, once it is known what the lists have. */
const aptDecides = ({ needs }: Work, ready: Readiness | null | undefined): boolean =>
  needs === undefined || (ready !== undefined && !needs.every(name => ready?.known.includes(name)))
