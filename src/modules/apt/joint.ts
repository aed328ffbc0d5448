import type { Joined, Joining, Joint, Run } from '../../core/change.ts'
import { transaction, type Step, type Transaction } from '../../probes/apt.ts'
import { stepsTold, telling } from './told.ts'
import { aptScript, aptWords, type AptWant } from './words.ts'

interface Installation extends Joint {
  readonly names: readonly string[]
  readonly report: (steps: readonly Step[]) => Pick<Run, 'summary' | 'diff'>
}

/** An installation of packages, which those of the tasks beside it can join. */
export const jointInstallation = (
  want: AptWant,
  own: Pick<Installation, 'names' | 'report'>,
): Joint => {
  const options = aptWords(want, 'install', [])
  const installation: Installation = {
    ...own,
    kind: JSON.stringify(['apt', options, want.policy_rc_d, want.start_services]),
    alone: transaction({ words: aptWords(want, 'install', own.names) }),
    join: all => joined(want, all.map(partOf)),
  }
  return installation
}

interface Part {
  readonly installation: Installation
  /** The packages that apt would have installed for it alone. */
  readonly own: ReadonlySet<string>
}

const partOf = ({ joint, alone }: Joining): Part => {
  const found = alone as Transaction | null
  const steps = found?.kind === 'possible' ? found.steps : []
  return { installation: joint as Installation, own: new Set(steps.map(({ name }) => name)) }
}

const joined = (want: AptWant, all: readonly Part[]): Joined => {
  const names = [...new Set(all.flatMap(({ installation }) => installation.names))]
  return {
    script: telling(aptScript(want, 'install', names)),
    divide: output => shares(all, stepsTold(output)),
  }
}

/** Each step goes to the first that would have taken it; one that none would have, to the last. */
const shares = (
  all: readonly Part[],
  steps: readonly Step[],
): readonly (Pick<Run, 'summary' | 'diff'> | undefined)[] => {
  const takers = new Map<Part | undefined, Step[]>()
  for (const step of steps) {
    const taker = all.find(({ own }) => own.has(step.name)) ?? all.at(-1)
    takers.set(taker, [...(takers.get(taker) ?? []), step])
  }
  return all.map(it => {
    const own = takers.get(it)
    return own === undefined ? undefined : it.installation.report(own)
  })
}
