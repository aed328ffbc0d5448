import type { BecomeSettings, ConnectionSettings } from '../core/connection.ts'
import { UserError } from '../core/error.ts'
import { keep, type Secret } from '../core/secret.ts'
import { splitWords } from './words.ts'

/** Reads one variable of a host, evaluated; undefined when there is none. */
export interface HostVariables {
  variable(name: string): unknown
}

/** What the command line says about connections; variables of a host win over it. */
export interface ConnectionOptions {
  readonly user?: string | undefined
  readonly privateKeyFile?: string | undefined
  readonly sshArguments?: readonly string[]
  readonly password?: Secret | undefined
  readonly becomePassword?: Secret | undefined
  readonly hostKeys?: ConnectionSettings['hostKeys']
  /** Seconds. */
  readonly timeout: number
  /** Is told each password that a variable holds, to be redacted. */
  readonly onSecret?: (text: string) => void
}

/**
 * How to reach a host: its `ansible_*` variables, as docs/inventory.md lists them, over the command
 * line. Throws UserError E_CONNECTION for a value that means nothing here.
 */
export const connectionSettings = (
  name: string,
  variables: HostVariables,
  options: ConnectionOptions,
): ConnectionSettings => {
  const read = new Reader(name, variables, options)
  return {
    kind: read.kind(),
    host: read.text('ansible_host', 'ansible_ssh_host') ?? name,
    port: read.number('ansible_port', 'ansible_ssh_port'),
    user: read.text('ansible_user', 'ansible_ssh_user') ?? options.user,
    password: read.secret('ansible_password', 'ansible_ssh_pass') ?? options.password,
    privateKeyFile:
      read.text('ansible_private_key_file', 'ansible_ssh_private_key_file') ??
      options.privateKeyFile,
    sshArguments: [...(options.sshArguments ?? []), ...read.sshArguments()],
    hostKeys: read.hostKeys(),
    knownHostsFile: read.text('ansible_ssh_known_hosts_file'),
    become: read.become(),
    timeout: read.number('ansible_timeout', 'ansible_ssh_timeout') ?? options.timeout,
  }
}

class Reader {
  readonly #name: string
  readonly #variables: HostVariables
  readonly #options: ConnectionOptions

  constructor(name: string, variables: HostVariables, options: ConnectionOptions) {
    this.#name = name
    this.#variables = variables
    this.#options = options
  }

  text(...names: readonly string[]): string | undefined {
    const found = this.#first(names)
    if (found === undefined) return undefined
    const { name, value } = found
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    throw this.#wrong(name, 'must be a text')
  }

  number(...names: readonly string[]): number | undefined {
    const text = this.text(...names)
    if (text === undefined) return undefined
    if (!/^\d+$/.test(text)) throw this.#wrong(names[0] ?? '', `must be a number, not "${text}"`)
    return Number(text)
  }

  secret(...names: readonly string[]): Secret | undefined {
    const text = this.text(...names)
    if (text === undefined) return undefined
    this.#options.onSecret?.(text)
    return keep(text)
  }

  kind(): ConnectionSettings['kind'] {
    const kind = this.text('ansible_connection') ?? 'ssh'
    const short = kind.replace(/^ansible\.builtin\./, '')
    if (short === 'local') return 'local'
    if (['ssh', 'smart', 'paramiko', 'paramiko_ssh'].includes(short)) return 'ssh'
    throw this.#wrong('ansible_connection', `is "${kind}"; known are ssh and local`)
  }

  sshArguments(): readonly string[] {
    return ['ansible_ssh_common_args', 'ansible_ssh_extra_args'].flatMap(name =>
      splitWords(this.text(name) ?? '', { file: name, line: 1, column: 1 }).map(word => word.text),
    )
  }

  hostKeys(): ConnectionSettings['hostKeys'] {
    const found = this.#first(['ansible_ssh_host_key_checking', 'ansible_host_key_checking'])
    if (found === undefined) return this.#options.hostKeys ?? 'verify'
    const text = String(found.value).toLowerCase()
    return ['false', 'no', 'off', '0'].includes(text) ? 'accept-new' : 'verify'
  }

  become(): BecomeSettings {
    const method = this.text('ansible_become_method') ?? 'sudo'
    const short = method.replace(/^ansible\.builtin\./, '')
    if (short !== 'sudo' && short !== 'su')
      throw this.#wrong('ansible_become_method', `is "${method}"; known are sudo and su`)
    const password =
      this.secret(
        'ansible_become_password',
        'ansible_become_pass',
        `ansible_${short}_password`,
        `ansible_${short}_pass`,
      ) ?? this.#options.becomePassword
    return { method: short, password }
  }

  #first(names: readonly string[]): { name: string; value: unknown } | undefined {
    for (const name of names) {
      const value = this.#variables.variable(name)
      if (value !== undefined && value !== null && value !== '') return { name, value }
    }
    return undefined
  }

  #wrong(variable: string, fact: string): UserError {
    return new UserError('E_CONNECTION', `${this.#name}: ${variable} ${fact}`)
  }
}
