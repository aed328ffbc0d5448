import type { ConnectionSettings } from '../core/connection.ts'
import type { Scope as ChangeScope, Effect } from '../core/change.ts'
import { MachineState } from '../host/state.ts'
import type { Scope } from '../language/scope.ts'
import type { Services } from './services.ts'

/** The controller's target: every name with a local connection is this one machine. */
export const LOCAL = 'local'

const targetOf = ({ kind, user, host, port }: ConnectionSettings): string =>
  kind === 'local' ? LOCAL : `${user ?? ''}@${host}:${port ?? ''}`

/** The machines of a run: one connection and one state each, whatever names they go by. */
export class Fleet {
  readonly #services: Services
  readonly #byTarget = new Map<string, MachineState>()
  readonly #byHost = new Map<string, MachineState>()
  /** What a dry run has modelled for other machines, also those that it has not met yet. */
  readonly #crossing: Effect[] = []

  constructor(services: Services) {
    this.#services = services
  }

  /** What tells an inventory name's machine from others. Throws UserError. */
  targetOf(host: string, scope: Scope): string {
    return targetOf(this.#services.settingsOf(host, scope, undefined))
  }

  /** The machine behind an inventory name; connects only when it is first asked something. */
  of(host: string, scope: Scope, remoteUser?: string): MachineState {
    const settings = this.#services.settingsOf(host, scope, remoteUser)
    const target = targetOf(settings)
    let state = this.#byTarget.get(target)
    if (state === undefined) {
      state = new MachineState(this.#services.connect(settings))
      this.#byTarget.set(target, state)
      state.lay(this.#crossing)
    }
    this.#byHost.set(host, state)
    return state
  }

  /** The machine of a host that has been worked on. */
  known(host: string): MachineState | undefined {
    return this.#byHost.get(host)
  }

  /** A change on one machine makes what other machines can influence stale everywhere. */
  changed(state: MachineState, scope: ChangeScope): void {
    state.touched(scope)
    this.changedElsewhere(state)
  }

  /** What others have answered since the change was sent to this machine may be of before it. */
  changedElsewhere(state: MachineState): void {
    for (const other of this.#byTarget.values()) if (other !== state) other.otherMachineTouched()
  }

  /** Dry run: what changes on one machine would make true there, and on the others. */
  lay(state: MachineState, effects: readonly Effect[]): void {
    const crosses = (effect: Effect): boolean => effect.kind === 'rule' && effect.crosses === true
    const crossing = effects.filter(crosses)
    state.lay(effects.filter(effect => !crosses(effect)))
    if (crossing.length === 0) return
    for (const other of this.#byTarget.values()) if (other !== state) other.lay(crossing)
    this.#crossing.push(...crossing)
  }

  get states(): readonly MachineState[] {
    return [...this.#byTarget.values()]
  }

  async close(): Promise<void> {
    await Promise.all(this.states.map(state => state.machine.close()))
  }
}
