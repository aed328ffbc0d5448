import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Change, Outcome } from '../../src/core/change.ts'
import type { Controller } from '../../src/core/controller.ts'
import type { Known, Module, Probes, Result } from '../../src/core/module.ts'
import type { Probe } from '../../src/core/probe.ts'
import { Uncertain } from '../../src/core/uncertain.ts'
import type { Request } from '../../src/core/wire.ts'
import { connect, fetchFile, putFailure, putRequests } from '../../src/host/index.ts'
import { MachineState } from '../../src/host/state.ts'
import { prepare } from './model.ts'

type Fields = Readonly<Record<string, unknown>>

/** What became of a task on this very machine. */
export interface Ran {
  readonly summaries: readonly string[]
  readonly result: Result
  /** What the plan still calls for once it was carried out. */
  readonly left: readonly string[]
  /** Answers that the effects foretold and that came out otherwise. */
  readonly lies: readonly string[]
  /** What the result was in the dry run, read field by field; `?` for what could not be known. */
  readonly foretold: Readonly<Record<string, unknown>>
}

const AS = { user: undefined }

/** This machine through the local connection, with a directory to play in. */
export class Here {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'here-')))
  readonly #machine = connect({
    kind: 'local',
    host: 'localhost',
    port: undefined,
    user: undefined,
    password: undefined,
    privateKeyFile: undefined,
    sshArguments: [],
    hostKeys: 'verify',
    knownHostsFile: undefined,
    become: { method: 'sudo', password: undefined },
    timeout: 30,
  })

  at(name: string): string {
    return join(this.root, name)
  }

  async close(): Promise<void> {
    await this.#machine.close()
    rmSync(this.root, { recursive: true, force: true })
  }

  /** Models the task, then carries it out, and compares what was foretold with what came. */
  async run(module: Module, args: Fields, controller: Partial<Controller> = {}): Promise<Ran> {
    const want = await prepare(module, args, controller)
    const dry = new MachineState(this.#machine)
    const before = await this.#actual(dry, module, want)
    const changes = module.plan(want, before.actual)
    for (const { effects } of changes) dry.lay(effects)
    const foreseen = await this.#actual(dry, module, want)
    const untried = changes.map(change => ({ change, output: undefined }))
    const foretold = readAll(module.result?.(want, before.actual, foreseen.actual, untried) ?? {})

    const outcomes: Outcome[] = []
    for (const change of changes) outcomes.push(await this.#carryOut(change))
    const real = new MachineState(this.#machine)
    const after = await this.#actual(real, module, want)
    return {
      summaries: changes.map(({ summary }) => summary),
      result: module.result?.(want, before.actual, after.actual, outcomes) ?? {},
      left: statesOf(module.plan(want, after.actual)),
      lies: changes.some(({ scope }) => scope === 'everything') ? [] : liesIn(foreseen, after),
      foretold,
    }
  }

  async #actual(state: MachineState, module: Module, want: Fields): Promise<Reading> {
    const known: Known = <A>(probe: Probe<A>) =>
      state.value({ probe, as: AS }) as A | null | undefined
    for (let stage = 0; stage < 5; stage++) {
      const probes = module.probes(want, known)
      const questions = Object.values(probes).flatMap(probe => (probe ? [{ probe, as: AS }] : []))
      if (questions.every(question => state.has(question))) return reading(state, probes)
      await state.ask(questions, [])
    }
    throw new Error(`${module.name} keeps asking`)
  }

  async #carryOut(change: Change): Promise<Outcome> {
    if (change.do === 'fetch') await fetchFile(this.#machine, AS, change)
    if (change.do !== 'run' && change.do !== 'put') return { change, output: undefined }
    const outputs = await this.#machine.run(requestsOf(change), AS)
    const [output] = outputs
    if (change.do === 'put') {
      const failure = putFailure(change, outputs)
      if (failure !== undefined) throw new Error(failure)
    } else if (change.codes !== 'any' && output?.code !== 0)
      throw new Error(`${change.summary}: ${String(output?.stderr)}`)
    return { change, output }
  }
}

const requestsOf = (change: Change & { do: 'run' | 'put' }): readonly Request[] =>
  change.do === 'put'
    ? putRequests(change)
    : [
        {
          script: change.script,
          ...(change.environment === undefined ? {} : { environment: change.environment }),
        },
      ]

const statesOf = (changes: readonly Change[]): readonly string[] =>
  changes.filter(({ act }) => act === undefined).map(({ summary }) => summary)

interface Reading {
  readonly probes: Probes
  readonly actual: Fields
}

const reading = (state: MachineState, probes: Probes): Reading => {
  const actual = {}
  for (const [name, probe] of Object.entries(probes))
    Object.defineProperty(actual, name, { enumerable: true, get: reader(state, probe) })
  return { probes, actual }
}

/** The answer of now; what cannot be known throws only when it is read. */
const reader = (state: MachineState, probe: Probe<unknown> | undefined): (() => unknown) => {
  if (probe === undefined) return () => null
  try {
    const value = state.value({ probe, as: AS })
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}

/** Everything in a value that can be read; `?` for what cannot be known. */
const readAll = (value: unknown): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.keys(value).map(name => [name, readOne(() => (value as Fields)[name])]),
  )
}

const readOne = (read: () => unknown): unknown => {
  try {
    const value = read()
    if (Buffer.isBuffer(value)) return value.toString('base64')
    if (Array.isArray(value)) return value.map((_, i) => readOne(() => value[i] as unknown))
    return typeof value === 'object' && value !== null ? readAll(value) : value
  } catch (error) {
    if (error instanceof Uncertain) return '?'
    throw error
  }
}

/** What was foretold and is not so, by probe and field. */
const liesIn = (foreseen: Reading, after: Reading): string[] =>
  Object.entries(foreseen.probes).flatMap(([name, probe]) => {
    if (probe === undefined || after.probes[name]?.key !== probe.key) return []
    return differences(
      probe.key,
      readOne(() => foreseen.actual[name]),
      readOne(() => after.actual[name]),
    )
  })

const differences = (where: string, foretold: unknown, came: unknown): string[] => {
  if (foretold === '?') return []
  if (!isRecord(foretold) || !isRecord(came))
    return JSON.stringify(foretold) === JSON.stringify(came)
      ? []
      : [`${where}: foretold ${JSON.stringify(foretold)}, came ${JSON.stringify(came)}`]
  // Any reading of a directory may touch its atime.
  const fields = Object.keys(came).filter(field => field !== 'atime')
  return fields.flatMap(field => differences(`${where}.${field}`, foretold[field], came[field]))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
