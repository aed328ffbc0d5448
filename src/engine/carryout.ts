import type { Change, Outcome, Put, Run, Scope } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { sh } from '../core/shell.ts'
import { HostLost, type Output, type Request } from '../core/wire.ts'
import {
  DUE_PLACE,
  dueAdd,
  fetchFile,
  guarded,
  lock,
  lockRefusal,
  putFailure,
} from '../host/index.ts'
import { LOCAL } from './fleet.ts'
import { numberOf } from './keywords.ts'
import { partOf, partsOf } from './parts.ts'
import { reconnect } from './reconnect.ts'
import type { Turn } from './turn.ts'

/** A change that failed, with those that had been carried out before it. */
export class ChangeFailed extends UserError {
  readonly done: readonly Outcome[]
  readonly output: Output | undefined

  constructor(message: string, done: readonly Outcome[], output?: Output) {
    super('E_CHANGE_FAILED', message)
    this.done = done
    this.output = output
  }
}

/**
 * Carries the changes out in order and stops at the first that fails. `readBack` asks what the last of
 * them have altered: it travels with them where the account's shell carries them out by itself.
 */
export const carryOut = async (
  turn: Turn,
  changes: readonly Change[],
  readBack: () => Promise<void>,
): Promise<Outcome[]> => {
  const done: Outcome[] = []
  if (!isAtHome(turn)) await noteAtHome(turn)
  const groups = travellingTogether(changes)
  for (const group of groups) {
    if (group === groups.at(-1) && group.every(isPlain)) {
      const along = (): Promise<void> => {
        stale(turn, group)
        return readBack()
      }
      await sendGroup(turn, { group, done, along }).finally(() => {
        staleElsewhere(turn, group)
      })
      continue
    }
    try {
      await carryOutGroup(turn, group, done)
    } finally {
      stale(turn, group)
    }
  }
  return done
}

/** Forgets every answer that the changes can have altered. */
export const stale = (turn: Turn, changes: readonly Change[]): void => {
  const scopes = scopesOf(turn, changes)
  if (scopes.length === 0) return
  const places = scopes.flatMap(scope => (scope === 'everything' ? [] : scope))
  turn.play.run.fleet.changed(turn.state, scopes.includes('everything') ? 'everything' : places)
}

/** Forgets what other machines have answered meanwhile, and the changes can have altered. */
const staleElsewhere = (turn: Turn, changes: readonly Change[]): void => {
  if (scopesOf(turn, changes).length > 0) turn.play.run.fleet.changedElsewhere(turn.state)
}

const scopesOf = (turn: Turn, changes: readonly Change[]): readonly Scope[] =>
  changes.filter(change => !looks(turn, change)).map(({ scope }) => scope)

/** Whether it alters nothing but files: not the account's shell, nor what other machines are asked. */
export const isOfFiles = (change: Change): boolean =>
  isPlain(change) &&
  change.scope !== 'everything' &&
  change.scope.length > 0 &&
  change.scope.every(({ realm }) => realm === 'path')

/** Whether no other machine can tell that it was carried out: it alters files and accounts alone. */
export const staysAtHome = (change: Change): boolean =>
  isPlain(change) &&
  (change.act ?? change.lasts) === undefined &&
  change.scope !== 'everything' &&
  change.scope.every(({ realm }) => realm === 'path' || realm === 'account')

/** Whether it leaves the machine as it is: the machine need not be taken, nor read again. */
const looks = ({ onlyReads }: Turn, { onlyLooks, scope }: Change): boolean =>
  onlyReads || (onlyLooks === true && scope.length === 0)

const carryOutGroup = async (turn: Turn, group: Group, done: Outcome[]): Promise<void> => {
  const [first] = group
  if (first.do === 'run' || first.do === 'put') {
    const sending = { group: group as readonly (Run | Put)[], done, along: NOTHING_MORE }
    const send = (): Promise<void> => sendGroup(turn, sending)
    if (first.guard === undefined) return send()
    return guarded(turn.state.machine, turn.as, first.guard, send)
  }
  await carryOutAlone(turn, first)
  done.push({ change: first, output: undefined })
}

const carryOutAlone = async (turn: Turn, change: Exclude<Change, Run | Put>): Promise<void> => {
  if (change.do === 'local') await change.action()
  else if (change.do === 'fetch') await fetchFile(turn.state.machine, turn.as, change)
  else await reconnect(turn, change)
}

const NOTHING_MORE = (): Promise<void> => Promise.resolve()

interface Sending {
  readonly group: readonly (Run | Put)[]
  /** Takes what has been carried out. */
  readonly done: Outcome[]
  /** What is sent in the same write, without waiting for the changes' answers. */
  readonly along: () => Promise<void>
  readonly divide?: typeof partsOf
}

/** One write for the whole group: each request runs only after those before it succeeded. */
const sendGroup = async (
  turn: Turn,
  { group, done, along, divide = partsOf }: Sending,
): Promise<void> => {
  const { state, as } = turn
  const limit = numberOf(turn.scope, turn.task.keywords.timeout, 0)
  const parts = await divide(group, limit)
  const isSafe = group.every(change => looks(turn, change))
  const before = isSafe ? [] : precautions(turn)
  const sent = state.machine.run([...before, ...parts.flatMap(part => part.requests)], as)
  const [outputs] = await Promise.all([sent, along().catch(unanswered)])
  if (!isSafe) heedPrecautions(turn, outputs)
  let [next, first] = [before.length, 0]
  for (const { requests, changes } of parts) {
    const own = outputs.slice(next, next + requests.length)
    next += requests.length
    const failure = failureOf(changes, own)
    // The one that fails has to be found, and those before it have to be done.
    if (failure !== undefined && changes.length > 1)
      return sendGroup(turn, { group: group.slice(first), done, along, divide: oneByOne })
    if (failure !== undefined) throw new ChangeFailed(failure, done, own.find(isFailed))
    for (const change of changes) done.push({ change, output: own.at(-1) })
    first += changes.length
  }
}

const oneByOne: typeof partsOf = (changes, limit) =>
  Promise.resolve(changes.map(change => partOf(change, limit)))

const failureOf = (
  [change]: readonly (Run | Put)[],
  outputs: readonly Output[],
): string | undefined => {
  if (change === undefined) return undefined
  return change.do === 'put' ? putFailure(change, outputs) : runFailure(change, outputs[0])
}

/** A machine that is lost after the changes were carried out is asked once more by whoever needs it. */
const unanswered = (error: unknown): void => {
  if (!(error instanceof HostLost)) throw error
}

/** The machine is taken for this run, and the handlers are noted before what notifies them. */
export const precautions = (turn: Turn): readonly Request[] => [
  locks(turn) ? lock(turn.play.run.holder) : NOTHING,
  ...(notes(turn) ? [{ script: dueAdd(unnoted(turn)), afterSuccess: true }] : []),
]

/** The handlers that do not stand as due on the host yet. */
export const unnoted = ({ host, notifies }: Pick<Turn, 'host' | 'notifies'>): readonly string[] =>
  notifies.filter(key => !host.noted.has(key))

const NOTHING: Request = { script: sh`:`, oncePerShell: true }

/** Runs for other fleets delegate to the same controller at the same time: it is nobody's alone. */
const locks = (turn: Turn): boolean => isAtHome(turn) || turn.state.machine.target !== LOCAL

const notes = (turn: Turn): boolean => unnoted(turn).length > 0 && isAtHome(turn)

/** Whether the task works on its own host's machine, where its handlers are noted. */
export const isAtHome = ({ play, host, state }: Turn): boolean =>
  play.run.fleet.known(host.name) === state

/** What a delegated task notifies is noted on its host, as far as there is a connection to it. */
const noteAtHome = async (turn: Turn): Promise<void> => {
  const home = turn.play.run.fleet.known(turn.host.name)
  const keys = unnoted(turn)
  if (home === undefined || keys.length === 0) return
  const [noted] = await home.machine.run([{ script: dueAdd(keys) }], turn.as)
  heedNoted(turn, home, noted)
}

/** Throws where the handlers could not be noted on their host. */
const heedNoted = (turn: Turn, home: Turn['state'], noted: Output | undefined): void => {
  home.touched([DUE_PLACE])
  if (noted?.code !== 0)
    throw new ChangeFailed(`note the handlers due: ${noted?.stderr.toString('utf8') ?? ''}`, [])
  for (const key of unnoted(turn)) turn.host.noted.set(key, turn.as)
}

/** Throws where the machine is another run's, or the handlers could not be noted. */
export const heedPrecautions = (turn: Turn, [locked, noted]: readonly Output[]): void => {
  const { machine } = turn.state
  const refusal = locked === undefined ? undefined : lockRefusal(locked, machine.target)
  if (refusal !== undefined) throw refusal
  if (notes(turn)) heedNoted(turn, turn.state, noted)
}

const isFailed = (output: Output): boolean => output.code !== 0

const runFailure = (change: Run, output: Output | undefined): string | undefined => {
  if (output === undefined) return `${change.summary}: the host gave no answer`
  if (output.timedOut) return `${change.summary}: not done within its time limit${tail(output)}`
  const codes = change.codes ?? [0]
  if (codes === 'any' || codes.includes(output.code)) return undefined
  return `${change.summary}: exit code ${output.code}${tail(output)}`
}

const TAIL_LINES = 20

/** The end of what a failed script said, its errors last: dpkg tells its own as output. */
const tail = ({ stdout, stderr }: Output): string => {
  const said = [stdout, stderr]
    .map(bytes => bytes.toString('utf8').trim())
    .filter(text => text !== '')
    .join('\n')
  return said === '' ? '' : `\n${said.split('\n').slice(-TAIL_LINES).join('\n')}`
}

type Group = readonly [Change, ...Change[]]

/** Neighbours whose failure is told by an exit code need no answer in between. */
const travellingTogether = (changes: readonly Change[]): Group[] => {
  const groups: [Change, ...Change[]][] = []
  for (const change of changes) {
    const last = groups.at(-1)
    if (last !== undefined && isPlain(change) && isPlain(last[0])) last.push(change)
    else groups.push([change])
  }
  return groups
}

const isPlain = (change: Change): change is Put | Run =>
  change.guard === undefined && (change.do === 'put' || change.do === 'run')
