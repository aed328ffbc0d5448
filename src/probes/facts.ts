import { answer, path, probeOf, unanswered, type ProbeKind } from '../core/probe.ts'
import { distributionFacts } from './facts/distribution.ts'
import { hardwareFacts } from './facts/hardware.ts'
import { networkFacts } from './facts/network.ts'
import { readRawFacts } from './facts/raw.ts'
import { factsScript } from './facts/script.ts'
import { localFacts, systemFacts } from './facts/system.ts'

/** A machine's facts by the part of it they tell of, under Ansible's names without `ansible_`. */
export interface Facts {
  /** Names, distribution, kernel, account, time: what `gather_subset: min` gives. */
  readonly system: Readonly<Record<string, unknown>>
  readonly hardware: Readonly<Record<string, unknown>>
  readonly network: Readonly<Record<string, unknown>>
}

interface FactsQuestion {
  /** The directory of local facts, `*.fact`. */
  readonly factPath: string
}

const kind: ProbeKind<FactsQuestion, Facts> = {
  name: 'facts',
  ask: questions => factsScript(questions.map(q => q.factPath)),
  read(output, questions) {
    const raw = readRawFacts(output)
    if (raw === undefined)
      return questions.map(() =>
        unanswered(`the facts script ended early: ${String(output.stderr).trim()}`),
      )
    const system = { ...distributionFacts(raw), ...systemFacts(raw) }
    const hardware = hardwareFacts(raw)
    const network = networkFacts(raw)
    return questions.map((_, i) =>
      answer({ system: { ...system, local: localFacts(raw, i) }, hardware, network }),
    )
  },
  dependsOn: () => [
    path('/etc'),
    { realm: 'identity', name: '*' },
    { realm: 'kernel', name: '*' },
    { realm: 'account', name: '*' },
  ],
}

/** Asks for all facts in one go: the parts that a task does not want are left out afterwards. */
export const facts = probeOf(kind)
