import type { Joined, Joint, Run } from '../../core/change.ts'
import { constant, lines, sh } from '../../core/shell.ts'
import { readSteps, type Step } from '../../probes/apt.ts'
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

/** Ends what the simulation prints, before the installation begins. */
const BEGIN = 'provision: it begins'

const joined = (want: AptWant, all: readonly Installation[]): Joined => {
  const names = [...new Set(all.flatMap(({ names: own }) => own))]
  const words = aptWords(want, 'install', names)
  return {
    script: lines(
      sh`LC_ALL=C apt-get -qq -s ${words} </dev/null 2>/dev/null || exit`,
      constant(`echo '${BEGIN}'`),
      aptScript(words, { policy: want.policy_rc_d, isTold: false }),
    ),
    divide({ stdout }) {
      const [simulated = ''] = stdout.toString('utf8').split(`${BEGIN}\n`)
      return shares(all, readSteps(simulated.split('\n')))
    },
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
