import type { Secret } from './secret.ts'

/** How to reach a machine, as the inventory's `ansible_*` variables and the command line say. */
export interface ConnectionSettings {
  readonly kind: 'ssh' | 'local'
  /** The name or address to connect to; also looked up in OpenSSH's configuration. */
  readonly host: string
  readonly port: number | undefined
  readonly user: string | undefined
  readonly password: Secret | undefined
  readonly privateKeyFile: string | undefined
  /** Passed to OpenSSH's `ssh -G` as they are, such as `-o ProxyJump=bastion`. */
  readonly sshArguments: readonly string[]
  /** Verify host keys (the default), or accept and remember a key seen for the first time. */
  readonly hostKeys: 'verify' | 'accept-new'
  /** A known_hosts file besides OpenSSH's own. */
  readonly knownHostsFile: string | undefined
  readonly become: BecomeSettings
  /** Seconds of silence until a machine counts as dead; also the limit for connecting. */
  readonly timeout: number
}

/** How a shell of another account is opened. */
export interface BecomeSettings {
  readonly method: 'sudo' | 'su'
  readonly password: Secret | undefined
}
