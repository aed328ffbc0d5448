import { UserError } from '../core/error.ts'
import { HostLost } from '../core/wire.ts'
import { differenceLines, hostDifferences } from './differences.ts'
import type { HostPlan, PlanDocument } from './document.ts'

const AGAIN = 'look at the difference, then plan again'

/** For every host of either plan why it may not be applied; undefined for one that may. */
export const verdicts = (
  planned: PlanDocument,
  now: PlanDocument,
): ReadonlyMap<string, UserError | HostLost | undefined> => {
  const hosts = new Set([...Object.keys(planned.hosts), ...Object.keys(now.hosts)])
  return new Map([...hosts].map(host => [host, verdictOn(planned.hosts[host], now.hosts[host])]))
}

const verdictOn = (
  planned: HostPlan | undefined,
  now: HostPlan | undefined,
): UserError | HostLost | undefined => {
  if (planned === undefined)
    return new UserError('E_PLAN_DIFFERS', 'the plan does not know of this host', { hint: AGAIN })
  if (!planned.complete)
    return new UserError('E_PLAN_INCOMPLETE', 'this host could not be planned to its end', {
      hint: 'mend what failed then, and plan again',
    })
  if (now === undefined)
    return new UserError('E_PLAN_DIFFERS', 'nothing is planned for this host any more', {
      hint: AGAIN,
    })
  const lost = now.tasks.find(({ status, forgiven }) => status === 'unreachable' && !forgiven)
  if (lost !== undefined) return new HostLost(lost.code ?? 'E_UNREACHABLE', lost.message ?? '')
  const differences = hostDifferences(planned, now)
  if (differences.length === 0) return undefined
  const lines = ['this host is no longer as the plan found it', ...differenceLines(differences)]
  return new UserError('E_PLAN_DIFFERS', [...lines, 'done before: nothing'].join('\n  '), {
    hint: AGAIN,
  })
}
