import type { Joined, Joint, Run } from '../../core/change.ts'
import type { Step } from '../../probes/apt.ts'
import { stepsTold, telling } from './told.ts'
import { aptScript, aptWords, type AptWant } from './words.ts'

interface Installation extends Joint {
  readonly names: readonly string[]
  /** What apt would do for these names alone. */
  readonly steps: readonly Step[]
  readonly report: (steps: readonly Step[]) => Pick<Run, 'summary' | 'diff'>
}

/** An installation of packages, which those of the tasks beside it can join. */
export const jointInstallation = (
  want: AptWant,
  own: Pick<Installation, 'names' | 'steps' | 'report'>,
): Joint => {
  const options = aptWords(want, 'install', [])
  const installation: Installation = {
    ...own,
    kind: JSON.stringify(['apt', options, want.policy_rc_d]),
    join: all => joined(want, all as readonly Installation[]),
  }
  return installation
}

const joined = (want: AptWant, all: readonly Installation[]): Joined => {
  const names = [...new Set(all.flatMap(({ names: own }) => own))]
  return {
    script: telling(aptScript(aptWords(want, 'install', names), want.policy_rc_d)),
    divide: output => shares(all, stepsTold(output)),
  }
}

/** Each step goes to the first that would have taken it; one that none would have, to the last. */
const shares = (
  all: readonly Installation[],
  steps: readonly Step[],
): readonly (Pick<Run, 'summary' | 'diff'> | undefined)[] => {
  const takers = new Map<Installation | undefined, Step[]>()
  for (const step of steps) {
    const taker = all.find(it => it.steps.some(({ name }) => name === step.name)) ?? all.at(-1)
    takers.set(taker, [...(takers.get(taker) ?? []), step])
  }
  return all.map(it => {
    const own = takers.get(it)
    return own === undefined ? undefined : it.report(own)
  })
}
