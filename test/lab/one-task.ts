import { readArguments } from '../../src/core/arguments.ts'
import type { Change, Outcome } from '../../src/core/change.ts'
import type { Controller } from '../../src/core/controller.ts'
import type { Known, Module, Result } from '../../src/core/module.ts'
import type { Probe } from '../../src/core/probe.ts'
import { sh } from '../../src/core/shell.ts'
import type { Output, Request } from '../../src/core/wire.ts'
import { connect, type ConnectedMachine } from '../../src/host/index.ts'
import { MachineState } from '../../src/host/state.ts'
import type { LabHost } from '../../src/lab/index.ts'

type Fields = Readonly<Record<string, unknown>>

/** What one task did on a lab's host. */
export interface Ran {
  readonly summaries: readonly string[]
  readonly result: Result
  /** What a second plan from a fresh reading still calls for. */
  readonly left: readonly string[]
}

/** A lab's host and what is known of it, for running one module at a time without the engine. */
export class Host {
  readonly machine: ConnectedMachine
  readonly #state: MachineState

  constructor(host: LabHost) {
    this.machine = connect({
      kind: 'ssh',
      host: host.address,
      port: host.port,
      user: host.user,
      password: undefined,
      privateKeyFile: host.keyFile,
      sshArguments: [],
      hostKeys: 'verify',
      knownHostsFile: host.knownHosts,
      become: { method: 'sudo', password: undefined },
      timeout: 30,
    })
    this.#state = new MachineState(this.machine)
  }

  /** Prepares, plans, carries out, and plans again; a fulfilled act is not planned again. */
  async run(module: Module, args: Fields, controller = nothing): Promise<Ran> {
    const want = await this.prepare(module, args, controller)
    const before = await this.#actual(module, want)
    const changes = module.plan(want, before)
    const earlier = await Promise.all(changes.map(change => this.#proof(change)))
    const outcomes: Outcome[] = []
    for (const change of changes) outcomes.push({ change, output: await this.#carryOut(change) })
    if (changes.length > 0) this.#state.forgetAll()
    const isLocal = changes.some(change => change.do === 'local')
    const again = isLocal ? await this.prepare(module, args, controller) : want
    const after = await this.#actual(module, again)
    const left = module.plan(again, after).filter(change => change.act === undefined)
    const broken = await Promise.all(changes.map((change, i) => this.#holds(change, earlier[i])))
    return {
      summaries: changes.map(change => change.summary),
      result: module.result?.(again, before, after, outcomes) ?? {},
      left: [...left.map(change => change.summary), ...broken.flat()],
    }
  }

  /** What the task would change, and what is left once its effects are laid over the state. */
  async model(module: Module, args: Fields, controller = nothing): Promise<readonly string[]> {
    const want = await this.prepare(module, args, controller)
    const changes = module.plan(want, await this.#actual(module, want))
    for (const change of changes) this.#state.lay(change.effects)
    const left = module
      .plan(want, await this.#actual(module, want))
      .filter(change => change.act === undefined)
    if (left.length > 0) throw new Error(`after its effects: ${left.map(c => c.summary).join()}`)
    return changes.map(change => change.summary)
  }

  async prepare(module: Module, args: Fields, controller: Controller): Promise<Fields> {
    const context = { user: undefined, environment: {} }
    const want = { ...readArguments(module, args), context }
    return { ...want, prepared: await module.prepare?.(want, controller) }
  }

  /** Runs a command and gives its output. */
  async shell(command: string): Promise<string> {
    const [output] = await this.machine.run([{ script: sh`sh -c ${command} 2>&1` }], ROOT)
    return `${String(output?.stdout).trim()}${output?.code === 0 ? '' : ` (${String(output?.code)})`}`
  }

  forget(): void {
    this.#state.forgetAll()
  }

  async #actual(module: Module, want: Fields): Promise<Fields> {
    const known: Known = <A>(probe: Probe<A>) =>
      this.#state.value({ probe, as: ROOT }) as A | null | undefined
    for (let i = 0; i < 4; i++) {
      const asked = Object.entries(module.probes(want, known))
      const questions = asked.flatMap(([, probe]) => (probe ? [{ probe, as: ROOT }] : []))
      if (questions.every(question => this.#state.has(question)))
        return Object.fromEntries(
          asked.map(([name, probe]) => [name, probe ? (known(probe) ?? null) : null]),
        )
      await this.#state.ask(questions, [])
    }
    throw new Error(`${module.name} asks more than three times`)
  }

  async #proof({ act }: Change): Promise<unknown> {
    if (act?.kind !== 'proved by') return undefined
    const question = { probe: act.probe, as: ROOT }
    if (!this.#state.has(question)) await this.#state.ask([question], [])
    return this.#state.value(question)
  }

  async #holds(change: Change, before: unknown): Promise<string[]> {
    if (change.act?.kind !== 'proved by') return []
    const verdict = change.act.holds(before, await this.#proof(change))
    return verdict === true ? [] : [`${change.summary}: ${verdict}`]
  }

  async #carryOut(change: Change): Promise<Output | undefined> {
    if (change.do === 'local') await change.action()
    if (change.do !== 'run' && change.do !== 'put') return undefined
    const outputs = await this.machine.run([requestOf(change)], ROOT)
    const [output] = outputs
    const codes = change.do === 'run' ? (change.codes ?? [0]) : [0]
    if (codes !== 'any' && !codes.includes(output?.code ?? -1))
      throw new Error(`${change.summary}: ${String(output?.stderr)}${String(output?.stdout)}`)
    return output
  }
}

const ROOT = { user: undefined }

const requestOf = (change: Change & { do: 'run' | 'put' }): Request => {
  if (change.do === 'run') return { script: change.script }
  const { source, to, mode, owner, group, validate } = change
  const staged = `${to}.staged`
  return {
    source,
    script: sh`set -e
cat >${staged}
chown ${owner ?? 'root'}:${group ?? 'root'} ${staged}
chmod ${mode} ${staged}
${validate?.(staged) ?? sh`:`}
mv ${staged} ${to}`,
  }
}

const nothing: Controller = new Proxy({} as Controller, {
  get: (_, name) => (name === 'now' ? new Date() : undefined),
})
