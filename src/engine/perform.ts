import {
  doubtOf,
  isOpaque,
  isUnproved,
  type Change,
  type Outcome as Done,
  type Scope,
} from '../core/change.ts'
import { concealDiff } from '../core/conceal.ts'
import { UserError } from '../core/error.ts'
import type { ChangeReport } from '../core/event.ts'
import type { Module, Result } from '../core/module.ts'
import type { Working } from '../core/overseer.ts'
import type { Known, Probe } from '../core/probe.ts'
import { readArguments } from '../core/arguments.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { Question } from '../host/state.ts'
import { actualOf, askedAs, openNow, type Asked } from './asking.ts'
import { carryOut, ChangeFailed, staysAtHome } from './carryout.ts'
import { foresee } from './foresee.ts'
import { carriedAhead, carryOutTogether, companyAsks } from './together/index.ts'
import type { HostRun } from './hosts.ts'
import { referenceTo } from './reporting.ts'
import type { Turn } from './turn.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a module made of its turn, before `changed_when` and `failed_when` have their say. */
export interface Performed {
  readonly changed: boolean
  readonly changes: readonly ChangeReport[]
  /** Undefined when only carrying it out can tell: a command in a dry run. */
  readonly result: Result | undefined
  /** Dry run: why it may turn out that nothing is to be done. */
  readonly doubt?: string | undefined
}

/** The arguments validated, and what the module reads on the controller. Throws Uncertain. */
export const prepare = async (
  turn: Pick<Turn, 'scope' | 'controller' | 'state' | 'as'> & {
    host: Pick<HostRun, 'name'>
    environment: Readonly<Record<string, string>>
  },
  module: Module,
  args: Fields,
): Promise<Asked> => {
  const { as, host, environment } = turn
  const context = { user: as.user, host: host.name, environment }
  const want = { ...readArguments(module, args), context }
  const prepared = await module.prepare?.(want, turn.controller)
  return { module, want: { ...want, prepared }, state: turn.state, as: turn.as }
}

/** Reads the machine, plans, and either models the changes (dry) or carries them out and proves them. */
export const perform = async (
  turn: Turn,
  asked: Asked,
  again: () => Promise<Asked>,
): Promise<Performed> => {
  const ahead = carriedAhead(turn, asked)
  const before = ahead?.before ?? (await actualOf(asked, turn.ahead))
  const changes = ahead?.changes ?? (await overseenPlan(turn, asked, before))
  if (changes.length === 0) return finish(asked, before, before, [])
  if (turn.dry) return model(turn, asked, changes, before)
  if (!changes.every(staysAtHome)) await turn.waitForOthers()
  await readForProof(asked, changes)
  const earlier = answersForProof(asked, changes)
  const readBack = (): Promise<void> => readAgain(turn, asked, changes)
  const carried = ahead?.done ?? (await carryOutTogether(turn, asked, { before, changes }))
  const done =
    carried ??
    (await carryOut(turn, changes, readBack).catch((error: unknown) => {
      throw error instanceof ChangeFailed
        ? new TurnFailed(error, error.done.map(doneReport))
        : error
    }))
  const reports = done.map(doneReport)
  turn.play.lasting.note(turn, changes)
  try {
    const fresh = changes.some(({ do: kind }) => kind === 'local' || kind === 'fetch')
      ? await again()
      : asked
    const after = await actualOf(fresh, () => alsoAsked(turn, fresh, changes))
    const { result, changed } = finish(fresh, before, after, done)
    if (result?.['failed'] !== true) await prove({ asked: fresh, changes, after, earlier })
    return { result, changed, changes: reports }
  } catch (error) {
    throw error instanceof UserError ? new TurnFailed(error, reports) : error
  }
}

/**
 * What the module plans. To an overseer the first change of it is told as the machine foresees it,
 * in a real run as in a dry one, so that both tell the same of it; what follows it builds on what
 * has not been done yet. Throws Refusal.
 */
const overseenPlan = async (
  turn: Turn,
  asked: Asked,
  before: Fields,
): Promise<readonly Change[]> => {
  const planned = asked.module.plan(asked.want, before)
  if (turn.overseen === undefined) return planned
  const [first, ...rest] = planned
  const changes = first === undefined ? [] : [...(await foresee(asked, first)), ...rest]
  if (doubtOf(changes) === undefined)
    turn.overseen.planned({ changes, reach: reachOf(asked) }, workingOf(turn))
  else turn.overseen.unsure({ changes, scopes: changes.map(c => c.scope) }, workingOf(turn))
  return changes
}

/** What a task's largest change can touch, as its module says it of these arguments. */
export const reachOf = ({ module, want, state, as }: Asked): Scope => {
  const known: Known = <A>(probe: Probe<A>) => state.value({ probe, as }) as A | null | undefined
  try {
    return module.reach?.(want, known) ?? module.touches ?? 'everything'
  } catch (error) {
    if (error instanceof Uncertain || error instanceof UserError)
      return module.touches ?? 'everything'
    throw error
  }
}

/** On which machine and as whom a turn works. */
export const workingOf = ({ on, as, dry }: Turn): Working => ({ on, user: as.user, dry })

/** A turn that failed after some of its changes had been carried out. */
export class TurnFailed extends Error {
  readonly changes: readonly ChangeReport[]

  constructor(cause: unknown, changes: readonly ChangeReport[]) {
    super('a turn failed', { cause })
    this.changes = changes
  }
}

const finish = (asked: Asked, before: Fields, after: Fields, done: readonly Done[]): Performed => ({
  changed: changesSomething(done.map(({ change }) => change)),
  changes: [],
  result: asked.module.result?.(asked.want, before, after, done) ?? {},
})

const changesSomething = (changes: readonly Change[]): boolean =>
  changes.some(change => change.onlyLooks !== true)

/** Lays what the changes would make true over the state, instead of carrying them out. */
const model = async (
  turn: Turn,
  asked: Asked,
  planned: readonly Change[],
  before: Fields,
): Promise<Performed> => {
  const { dryRun } = turn.play.run.options
  const changes = dryRun ? await lay(turn, asked, planned) : planned
  const changed = changesSomething(changes)
  const reports = changes.map(reportOf)
  if (changes.some(isOpaque)) return { changed, changes: reports, result: undefined }
  const after = dryRun ? await actualOf(asked, turn.ahead) : before
  const outcomes = changes.map(change => ({ change, output: undefined }))
  const result = resultAsFarAsKnown(() =>
    asked.module.result?.(asked.want, before, after, outcomes),
  )
  return { changed, changes: reports, result, doubt: doubtOf(changes) }
}

/** Lays the changes' effects one after the other, and gives the changes as they are foreseen. */
const lay = async (turn: Turn, asked: Asked, planned: readonly Change[]): Promise<Change[]> => {
  const laid: Change[] = []
  for (const change of planned) {
    const known = await foresee(asked, change)
    for (const { effects } of known) turn.play.run.fleet.lay(turn.state, effects)
    if (isOpaque(change)) turn.state.layUncertain(change.scope, outputUnknown(turn))
    laid.push(...known)
  }
  return laid
}

/** What will be done is certain, even if nobody can tell what will come of it. */
const resultAsFarAsKnown = (read: () => Result | undefined): Result | undefined => {
  try {
    return read() ?? {}
  } catch (error) {
    if (error instanceof Uncertain) return undefined
    throw error
  }
}

/** Why the result of a task that a dry run did not carry out cannot be known. */
export const outputUnknown = ({ task, scope }: Pick<Turn, 'task' | 'scope'>): string =>
  `depends on the output of ${referenceTo(scope, task)}, which has not run`

export const reportOf = (change: Change): ChangeReport => ({
  summary: change.summary,
  diff: change.diff === undefined ? undefined : concealDiff(change.diff),
  unproved: isUnproved(change),
})

/** What was done, as far as its output tells more than the plan. */
const doneReport = ({ change, output }: Done): ChangeReport =>
  reportOf(
    change.do === 'run' && change.told !== undefined && output !== undefined
      ? { ...change, ...change.told(output) }
      : change,
  )

const proofs = (changes: readonly Change[]) =>
  changes.flatMap(({ act, summary }) => (act?.kind === 'proved by' ? [{ ...act, summary }] : []))

const readForProof = async ({ state, as }: Asked, changes: readonly Change[]): Promise<void> => {
  const questions = proofs(changes).map(({ probe }) => ({ probe, as }))
  if (questions.some(question => !state.has(question))) await state.ask(questions, [])
}

/**
 * Asks once more what the changes have altered, and what the tasks ahead will ask of it. The shell of
 * another account would not wait until they have been carried out.
 */
const readAgain = async (turn: Turn, asked: Asked, changes: readonly Change[]): Promise<void> => {
  const also = await alsoAsked(turn, asked, changes)
  await asked.state.ask(openNow(asked), askedAs(asked.as, also))
}

/** What goes along with reading again: what acts are proved by, and what the tasks ahead will ask. */
const alsoAsked = async (
  turn: Turn,
  { as }: Asked,
  changes: readonly Change[],
): Promise<readonly Question[]> => {
  const open = proofs(changes).map(({ probe }) => ({ probe, as }))
  return [...open, ...(await companyAsks(turn, changes)), ...(await turn.ahead())]
}

const answersForProof = ({ state, as }: Asked, changes: readonly Change[]): readonly unknown[] =>
  proofs(changes).map(({ probe }) => state.value({ probe, as }))

interface Proof {
  readonly asked: Asked
  readonly changes: readonly Change[]
  readonly after: Fields
  /** The answers that acts are proved by, as they were before. */
  readonly earlier: readonly unknown[]
}

/** State changes: planning again plans nothing. Acts: their postcondition holds. */
const prove = async ({ asked, changes, after, earlier }: Proof): Promise<void> => {
  const [left] = asked.module.plan(asked.want, after).filter(change => change.act === undefined)
  if (left !== undefined) {
    const message = `changed, but a fresh reading of the host still calls for: ${left.summary}`
    throw new UserError('E_NOT_PROVED', message)
  }
  await readForProof(asked, changes)
  const later = answersForProof(asked, changes)
  for (const [i, { holds, summary }] of proofs(changes).entries()) {
    const verdict = holds(earlier[i], later[i])
    if (verdict !== true) throw new UserError('E_NOT_PROVED', `${summary}: ${verdict}`)
  }
}
