import { hostname, userInfo } from 'node:os'
import type { Sink } from '../core/event.ts'
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
import { ask } from './prompt.ts'

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
}

/** The services that a run works with. */
export const servicesOf = async (input: Input, wiring: Wiring): Promise<Services> => {
  const { inventory, extraVars, loadOptions } = input
  const { flags, onSecret, pool, sink, dryRun } = wiring
  const connection = await connectionOptions(flags, onSecret)
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
  })
  return {
    modules,
    inventory,
    variables,
    pki,
    sink,
    onSecret,
    loader: loaderOf(input),
    connect: settings => pool.connect(settings),
    settingsOf: (host, scope, remoteUser) =>
      connectionSettings(host, scope, { ...connection, user: connection.user ?? remoteUser }),
    prompt: async (request, text) => {
      await wiring.beforeAsking?.()
      return ask(text, request)
    },
  }
}

const loaderOf = ({ loadOptions }: Input): Loader => ({
  tasks: (file, include) => loadIncluded(file, include, loadOptions),
  role: (name, tasksFrom, include) => loadRole(name, { include, tasksFrom }, loadOptions),
  vars: file => loadVarsFile(file, loadOptions),
})

const connectionOptions = async (
  flags: RunFlags,
  onSecret: (text: string) => void,
): Promise<ConnectionOptions> => ({
  user: flags.user,
  privateKeyFile: flags.privateKey,
  sshArguments: flags.sshCommonArgs === undefined ? [] : flags.sshCommonArgs.split(/\s+/),
  becomePassword:
    flags.askBecomePass === true ? await askSecret('Password of sudo', onSecret) : undefined,
  ...(flags.acceptNewHostKeys === true ? { hostKeys: 'accept-new' as const } : {}),
  timeout: flags.timeout,
  onSecret,
})

const askSecret = async (text: string, onSecret: (text: string) => void): Promise<Secret> => {
  const answer = await ask(text, { isPrivate: true })
  onSecret(answer)
  return keep(answer)
}
