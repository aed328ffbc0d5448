import { hostname, userInfo } from 'node:os'
import { keep, type Secret } from '../core/secret.ts'
import type { Sink } from '../core/event.ts'
import { Run } from '../engine/run.ts'
import type { Loader, RunOptions, Services } from '../engine/services.ts'
import { Pool } from '../host/index.ts'
import { connectionSettings, type ConnectionOptions } from '../inventory/connection.ts'
import { loadIncluded, loadRole, loadVarsFile } from '../language/load/index.ts'
import { createVariables } from '../language/variables.ts'
import { modules } from '../modules/index.ts'
import { pki } from '../pki/index.ts'
import { JsonSink } from '../report/json.ts'
import { LinesSink } from '../report/lines.ts'
import { Redactor } from '../report/redact.ts'
import { paintFor } from '../report/colour.ts'
import { terminalStage } from '../report/terminal.ts'
import { EXIT, exitCodeOf } from './exit.ts'
import { check, readInput, type Input } from './input.ts'
import type { RunFlags } from './options.ts'
import { ask } from './prompt.ts'
import { reportMistakes } from './mistakes.ts'

/** Runs playbooks and gives the exit code. Throws UserError for what is wrong before it begins. */
export const run = async (playbooks: readonly string[], flags: RunFlags): Promise<number> => {
  const redactor = new Redactor()
  const onSecret = (text: string): void => {
    redactor.register(text)
  }
  const input = await readInput(playbooks, flags, onSecret)
  const { errors, warnings } = check(input)
  reportMistakes([...input.warnings, ...warnings], 'warning', redactor)
  if (errors.length > 0) {
    reportMistakes(errors, 'error', redactor)
    return EXIT.usage
  }
  const dryRun = flags.dryRun === true || flags.check === true
  const report = sinkFor(flags, redactor, dryRun)
  const interruption = new AbortController()
  const pool = new Pool(flags.forks)
  const stop = (): void => {
    interruption.abort()
    void pool.close()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const services = await servicesOf(input, { flags, pool, onSecret, sink: report.sink, dryRun })
  try {
    const whole = new Run(
      services,
      optionsOf(input, flags, { dryRun, signal: interruption.signal }),
    )
    const summary = await whole.playbooks(input.playbooks)
    await report.finished()
    return exitCodeOf(summary, dryRun)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await pool.close()
  }
}

const optionsOf = (
  input: Input,
  flags: RunFlags,
  { dryRun, signal }: { dryRun: boolean; signal: AbortSignal },
): RunOptions => ({
  dryRun,
  limit: input.limit,
  tags: flags.tags ?? [],
  skipTags: flags.skipTags ?? [],
  forks: flags.forks,
  lookAhead: flags.lookAhead,
  become: flags.become === true,
  becomeUser: flags.becomeUser,
  verbosity: flags.verbose,
  forceHandlers: flags.forceHandlers === true,
  controller: `${userInfo().username}@${hostname()}`,
  signal,
})

interface Wiring {
  readonly flags: RunFlags
  readonly pool: Pool
  readonly sink: Sink
  readonly dryRun: boolean
  readonly onSecret: (text: string) => void
}

const servicesOf = async (input: Input, wiring: Wiring): Promise<Services> => {
  const { inventory, extraVars, loadOptions } = input
  const { flags, onSecret, pool, sink, dryRun } = wiring
  const connection = await connectionOptions(flags, onSecret)
  const variables = createVariables({
    inventory,
    extraVars,
    onSecret,
    decrypt: loadOptions.decrypt,
    checkMode: dryRun,
    diffMode: dryRun || flags.diff === true,
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
    settingsOf: (host, scope) => connectionSettings(host, scope, connection),
    prompt: async (request, text) => ask(text, request),
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

interface Report {
  readonly sink: Sink
  finished(): Promise<void>
}

const sinkFor = (flags: RunFlags, redactor: Redactor, dryRun: boolean): Report => {
  const write = (text: string): void => {
    process.stdout.write(text)
  }
  if (flags.output === 'json')
    return { sink: new JsonSink(redactor, write), finished: () => Promise.resolve() }
  const paint = paintFor(process.stdout, process.env)
  const detail = { diff: dryRun || flags.diff === true, verbosity: flags.verbose, paint }
  const stage = process.stdout.isTTY ? { stage: terminalStage() } : {}
  const sink = new LinesSink({ redactor, write, detail, ...stage })
  return { sink, finished: async () => sink.finished() }
}
