import type { Actual, Known } from '../../core/module.ts'
import type { Probe } from '../../core/probe.ts'
import { isPattern, matches } from '../../probes/matches.ts'
import { path, type PathInfo } from '../../probes/path.ts'
import { whereabouts } from '../destination.ts'
import { resolveParents, type Resolved } from '../../probes/resolve.ts'

/** What decides whether a command runs. */
export interface ConditionWant {
  readonly creates: string | undefined
  readonly removes: string | undefined
  readonly chdir?: string | undefined
}

type Here = Probe<PathInfo> | Probe<readonly string[]> | undefined

/** Its questions: where the paths are and what is there, or what matches a pattern. */
export type ConditionProbes = {
  readonly createsAt: Probe<Resolved> | undefined
  readonly creates: Here
  readonly removesAt: Probe<Resolved> | undefined
  readonly removes: Here
}

/** Asks what is at `creates` and `removes`; a relative path is one in `chdir`. */
export const conditionProbes = (want: ConditionWant, known: Known): ConditionProbes => {
  const [createsAt, creates] = presence(want.creates, want.chdir, known)
  const [removesAt, removes] = presence(want.removes, want.chdir, known)
  return { createsAt, creates, removesAt, removes }
}

const presence = (
  name: string | undefined,
  chdir: string | undefined,
  known: Known,
): [Probe<Resolved> | undefined, Here] => {
  if (name === undefined) return [undefined, undefined]
  const full = /^[/~]/.test(name) ? name : `${(chdir ?? '~').replace(/\/+$/, '')}/${name}`
  if (isPattern(full)) return [undefined, matches(full)]
  const resolved = resolveParents(full)
  const at = whereabouts(full, resolved, known)
  return [resolved, at === undefined ? undefined : path(at)]
}

/** Why the command need not run; undefined when it must. */
export const reasonToSkip = (
  want: ConditionWant,
  actual: Actual<ConditionProbes>,
): string | undefined => {
  if (want.creates !== undefined && exists(actual.creates))
    return `skipped, since ${want.creates} exists`
  if (want.removes !== undefined && !exists(actual.removes))
    return `skipped, since ${want.removes} does not exist`
  return undefined
}

const exists = (found: PathInfo | readonly string[] | null): boolean =>
  found !== null && (!('length' in found) || found.length > 0)
