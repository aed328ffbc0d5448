import type { ConnectionSettings } from '../../src/core/connection.ts'
import type { Event, RunSummary, TaskReport } from '../../src/core/event.ts'
import type { Module } from '../../src/core/module.ts'
import type { Overseer } from '../../src/core/overseer.ts'
import type { Script } from '../../src/core/shell.ts'
import type { As, Machine, Output, Request } from '../../src/core/wire.ts'
import { check, readInput } from '../../src/cli/input.ts'
import type { RunFlags } from '../../src/cli/options.ts'
import { optionsOf, servicesOf } from '../../src/cli/services.ts'
import { Run } from '../../src/engine/run.ts'
import { Pool } from '../../src/host/index.ts'
import { ProjectFiles, type Files } from '../projectfiles.ts'
import { Wrapped } from './wrapped.ts'

/** How one run of a project differs from a plain one. */
export interface RunChoice {
  readonly flags?: Partial<RunFlags>
  /** In place of the machine that the inventory's settings lead to. */
  readonly connect?: (
    settings: ConnectionSettings,
    real: (settings?: ConnectionSettings) => Machine,
  ) => Machine
  /** Modules beside, or in place of, those that there are. */
  readonly modules?: readonly Module[]
  /** Aborts the run, as Ctrl-C does. */
  readonly signal?: AbortSignal
  readonly prompt?: (name: string) => string | Promise<string>
  readonly overseer?: Overseer
  /** Sees every event as it comes. */
  readonly onEvent?: (event: Event) => void
}

/** What a run did, for tests to look at. */
export interface Ran {
  readonly events: readonly Event[]
  readonly summary: RunSummary
  readonly reports: readonly TaskReport[]
  /** `web1 | Task name (item) | changed`, in the order of the events; what was said as `web1 > text`. */
  readonly trace: readonly string[]
  readonly warnings: readonly string[]
  readonly secrets: readonly string[]
}

const FLAGS: RunFlags = {
  forks: 5,
  timeout: 10,
  verbose: 0,
  output: 'text',
  lookAhead: true,
}

/** A project that is run in this very process. */
export class Project extends ProjectFiles {
  constructor(files: Files) {
    super('engine')
    this.write({ 'inventory.yml': ONE_HOST, ...files })
  }

  /** Runs `site.yml`. Throws UserErrors for what the static check finds. */
  async run(choice: RunChoice = {}): Promise<Ran> {
    const flags: RunFlags = { ...FLAGS, inventory: [this.path('inventory.yml')], ...choice.flags }
    const events: Event[] = []
    const secrets: string[] = []
    const onSecret = (text: string): void => void secrets.push(text)
    const input = await readInput([this.path('site.yml')], flags, onSecret)
    const { errors } = check(input)
    const [first] = errors
    if (first !== undefined) throw first
    const pool = new Pool(flags.forks)
    const dryRun = flags.dryRun === true
    const sink = {
      emit: (event: Event): void => {
        events.push(event)
        choice.onEvent?.(event)
      },
    }
    try {
      const services = await servicesOf(input, { flags, pool, onSecret, sink, dryRun })
      const connect = (settings: ConnectionSettings): Machine => {
        const real = (other = settings): Machine =>
          new Elsewhere(pool.connect(other), this.path('kept'))
        return choice.connect?.(settings, real) ?? real()
      }
      const modules = new Map([
        ...services.modules,
        ...(choice.modules ?? []).map(module => [module.name, module] as const),
      ])
      const { prompt = () => '' } = choice
      const run = new Run(
        {
          ...services,
          connect,
          modules,
          prompt: ({ name }) => Promise.resolve(prompt(name)),
          overseer: choice.overseer,
        },
        optionsOf(input, flags, {
          dryRun,
          signal: choice.signal ?? new AbortController().signal,
        }),
      )
      const summary = await run.playbooks(input.playbooks)
      return ranOf(events, summary, secrets)
    } finally {
      await pool.close()
    }
  }
}

const ONE_HOST = 'all:\n  hosts:\n    h1:\n  vars:\n    ansible_connection: local\n'

/** An inventory of hosts that are all this machine, each with variables as flow YAML. */
export const inventory = (
  hosts: Readonly<Record<string, string>>,
  groups: Readonly<Record<string, readonly string[]>> = {},
): string =>
  [
    'all:',
    '  vars:',
    '    ansible_connection: local',
    '  hosts:',
    ...Object.entries(hosts).map(([name, vars]) => `    ${name}: ${vars}`),
    '  children:',
    ...Object.entries(groups).flatMap(([group, members]) => [
      `    ${group}:`,
      '      hosts:',
      ...members.map(member => `        ${member}:`),
    ]),
    ...(Object.keys(groups).length === 0 ? ['    empty: {}'] : []),
    '',
  ].join('\n')

/** A play over all hosts without facts, its tasks given as YAML at the margin. */
export const play = (tasks: string, keywords = ''): string =>
  [
    '- hosts: all',
    '  gather_facts: false',
    ...lines(keywords).map(line => `  ${line}`),
    '  tasks:',
    ...lines(tasks).map(line => `    ${line}`),
    '',
  ].join('\n')

const lines = (text: string): string[] => {
  const all = text.split('\n').filter(line => line.trim() !== '')
  const margin = Math.min(...all.map(line => line.search(/\S/)))
  return all.map(line => line.slice(margin))
}

const ranOf = (events: readonly Event[], summary: RunSummary, secrets: readonly string[]): Ran => ({
  events,
  summary,
  secrets,
  reports: events.flatMap(event => (event.kind === 'task done' ? [event.report] : [])),
  trace: traceOf(events),
  warnings: events.flatMap(event => (event.kind === 'warning' ? [event.message] : [])),
})

/** What was said and done, within a task in the play's order of hosts: any may be the first to answer. */
const traceOf = (events: readonly Event[]): string[] => {
  const trace: string[] = []
  let hosts: readonly string[] = []
  let task: { host: string; line: string }[] = []
  const endTask = (): void => {
    const place = ({ host }: { host: string }): number => hosts.indexOf(host)
    trace.push(...task.toSorted((a, b) => place(a) - place(b)).map(({ line }) => line))
    task = []
  }
  for (const event of events) {
    if (event.kind === 'said')
      task.push({ host: event.host, line: `${event.host} > ${event.text}` })
    else if (event.kind === 'task done')
      task.push({ host: event.report.host, line: lineOf(event.report) })
    else endTask()
    if (event.kind === 'play started') hosts = event.hosts
  }
  return trace
}

const lineOf = ({ host, role, task, item, status, forgiven, handler }: TaskReport): string => {
  const name = `${handler ? 'handler ' : ''}${role === undefined ? '' : `${role} : `}${task}`
  const how = forgiven === undefined ? status : `${status}, ${forgiven}`
  return `${host} | ${name}${item === null ? '' : ` (${item})`} | ${how}`
}

/** The events without what differs from run to run, sorted: the order in which hosts answer may. */
const comparable = ({ events }: Ran, directory: string): string[] =>
  events
    .filter(event => event.kind !== 'run ended')
    .map(event =>
      JSON.stringify(event, (key, value: unknown) => (VARYING.includes(key) ? undefined : value))
        .replaceAll(directory, 'DIR')
        .replaceAll(/\.provision-[0-9a-f]{16}/g, 'STAGE'),
    )
    .sort()

const VARYING = 'ms cost start end delta ansible_facts inode mtime atime ctime'.split(' ')

/** What a playbook must do, as users of Ansible know it. */
export interface Behaviour {
  readonly case: string
  /** Tasks of a play over all hosts, without facts; `site.yml` among the files instead is whole. */
  readonly tasks?: string
  /** The play's other keywords. */
  readonly keywords?: string
  readonly files?: Files
  readonly choice?: RunChoice
  /** All reports and all that is said. */
  readonly trace: readonly string[]
  /** Messages of reports, by their index in the order of the reports. */
  readonly messages?: readonly (string | null)[]
  readonly after?: (project: Project, ran: Ran) => void
}

/** One test for each: it does what it must, and looking ahead makes no difference to its events. */
export const behaves = (behaviours: readonly Behaviour[]): void => {
  test.each(behaviours)('$case', async behaviour => {
    const [project, ran] = await runIn(behaviour, true)
    const said = ran.trace.map(line => line.replaceAll(project.directory, 'DIR'))
    expect(said).toEqual(behaviour.trace)
    const messages = ran.reports.map(
      ({ message }) => message?.replaceAll(project.directory, 'DIR') ?? null,
    )
    if (behaviour.messages !== undefined) expect(messages).toEqual(behaviour.messages)
    behaviour.after?.(project, ran)
    const [other, without] = await runIn(behaviour, false)
    expect(comparable(without, other.directory)).toEqual(comparable(ran, project.directory))
  })
}

const runIn = async (
  { tasks, keywords, files, choice }: Behaviour,
  lookAhead: boolean,
): Promise<[Project, Ran]> => {
  const site: Files = tasks === undefined ? {} : { 'site.yml': play(tasks, keywords) }
  const project = new Project({ ...site, ...files })
  return [project, await project.run({ ...choice, flags: { ...choice?.flags, lookAhead } })]
}

/** A machine whose lock and due handlers are kept below a directory of the test's. */
class Elsewhere extends Wrapped {
  readonly #kept: string

  constructor(real: Machine, kept: string) {
    super(real)
    this.#kept = kept
  }

  override run(requests: readonly Request[], as: As): Promise<readonly Output[]> {
    return this.real.run(
      requests.map(request => ({ ...request, script: this.#moved(request.script) })),
      as,
    )
  }

  #moved<S extends Script>(script: S): S {
    return {
      ...script,
      text: script.text.replaceAll('kept=/var/lib/provision', `kept=${this.#kept}`),
    }
  }
}
