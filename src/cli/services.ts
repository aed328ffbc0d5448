import { hostname, userInfo } from 'node:os'
import type { Pki } from '../core/controller.ts'
import type { Sink } from '../core/event.ts'
import type { Inputs } from '../core/inputs.ts'
import type { Overseer } from '../core/overseer.ts'
import { keep, type Secret } from '../core/secret.ts'
import type { Loader, RunOptions, Services } from '../engine/services.ts'
import type { Pool } from '../host/index.ts'
import { connectionSettings, type ConnectionOptions } from '../inventory/connection.ts'
import { loadIncluded, loadRole, loadVarsFile } from '../language/load/index.ts'
import { createVariables } from '../language/variables.ts'
import { modules } from '../modules/index.ts'
import { pki } from '../pki/index.ts'
import type { Input } from './input.ts'
import { diffShown, type RunFlags } from './options.ts'
import { ask, type Ask } from './prompt.ts'
import { onDerived } from './secrets.ts'

/** What the flags ask the engine to do. */
export const optionsOf = (
  input: Input,
  flags: RunFlags,
  { dryRun, signal }: { dryRun: boolean; signal: AbortSignal },
): RunOptions => ({
  dryRun,
  limit: input.limit,
  tags: flags.tags ?? [],
  skipTags: flags.skipTags ?? [],
  extraVars: new Set([...input.extraVars.keys()].map(String)),
  forks: flags.forks,
  lookAhead: flags.lookAhead,
  become: flags.become === true,
  becomeUser: flags.becomeUser,
  verbosity: flags.verbose,
  forceHandlers: flags.forceHandlers === true,
  controller: `${userInfo().username}@${hostname()}`,
  signal,
})

/** What a run's services are made of besides its input. */
export interface Wiring {
  readonly flags: RunFlags
  readonly pool: Pool
  readonly sink: Sink
  readonly dryRun: boolean
  readonly onSecret: (text: string) => void
  /** Resolves when the terminal is free for a question. */
  readonly beforeAsking?: () => Promise<void>
  /** How a password of sudo is asked for, and what a playbook asks. */
  readonly asking?: Ask
  readonly prompt?: Services['prompt']
  /** Present where a plan is made or kept. */
  readonly overseer?: Overseer
  readonly inputs?: Inputs
  /** What templates take for now. */
  readonly now?: Date
}

/** The services that a run works with. */
export const servicesOf = async (input: Input, wiring: Wiring): Promise<Services> => {
  const { inventory, extraVars, loadOptions } = input
  const { flags, onSecret, pool, sink, dryRun } = wiring
  const connection = await connectionOptions(flags, onSecret, wiring.asking ?? ask)
  const variables = createVariables({
    inventory,
    extraVars,
    onSecret,
    decrypt: loadOptions.decrypt,
    checkMode: dryRun,
    diffMode: diffShown(flags, dryRun) !== 'none',
    verbosity: flags.verbose,
    forks: flags.forks,
    tags: flags.tags ?? [],
    skipTags: flags.skipTags ?? [],
    limit: flags.limit,
    inventorySources: input.sources,
    inputs: wiring.inputs,
    onDerived,
    ...(wiring.now === undefined ? {} : { now: wiring.now }),
  })
  return {
    modules,
    inventory,
    variables,
    pki: wiring.inputs === undefined ? pki : toldOf(wiring.inputs),
    sink,
    overseer: wiring.overseer,
    inputs: wiring.inputs,
    onSecret,
    loader: loaderOf(input),
    connect: settings => pool.connect(settings),
    settingsOf: (host, scope, remoteUser) =>
      connectionSettings(host, scope, { ...connection, user: connection.user ?? remoteUser }),
    prompt: async (request, text) => {
      await wiring.beforeAsking?.()
      return wiring.prompt?.(request, text) ?? ask(text, request)
    },
  }
}

/** An authority of the controller decides what its certificates are. */
const toldOf = (inputs: Inputs): Pki => ({
  ...pki,
  async authority(directory, passphrase) {
    const found = await pki.authority(directory, passphrase)
    inputs.value(`authority in ${directory}`, found?.certificate ?? null)
    return found
  },
})

const loaderOf = ({ loadOptions }: Input): Loader => ({
  tasks: (file, include) => loadIncluded(file, include, loadOptions),
  role: (name, tasksFrom, include) => loadRole(name, { include, tasksFrom }, loadOptions),
  vars: file => loadVarsFile(file, loadOptions),
})

const connectionOptions = async (
  flags: RunFlags,
  onSecret: (text: string) => void,
  asking: Ask,
): Promise<ConnectionOptions> => ({
  user: flags.user,
  privateKeyFile: flags.privateKey,
  sshArguments: flags.sshCommonArgs === undefined ? [] : flags.sshCommonArgs.split(/\s+/),
  becomePassword:
    flags.askBecomePass === true
      ? await askSecret('Password of sudo', onSecret, asking)
      : undefined,
  ...(flags.acceptNewHostKeys === true ? { hostKeys: 'accept-new' as const } : {}),
  timeout: flags.timeout,
  onSecret,
})

const askSecret = async (
  text: string,
  onSecret: (text: string) => void,
  asking: Ask,
): Promise<Secret> => {
  const answer = await asking(text, { isPrivate: true })
  onSecret(answer)
  return keep(answer)
}
