import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { ConnectionSettings } from '../core/connection.ts'
import { checkNames } from './names.ts'
import { askOpenSsh } from './openssh.ts'
import { readSubset } from './ssh-config-subset.ts'

/** What OpenSSH's configuration says of one host, as far as it is followed here. */
export interface SshSettings {
  readonly host: string
  readonly port: number
  readonly user: string
  /** 0 for either family. */
  readonly family: 0 | 4 | 6
  readonly identityFiles: readonly string[]
  readonly certificateFiles: readonly string[]
  /** The agent may offer only the keys of `identityFiles`. */
  readonly identitiesOnly: boolean
  readonly agent: string | undefined
  readonly methods: {
    readonly publickey: boolean
    readonly password: boolean
    readonly keyboard: boolean
  }
  /** The name that host keys are stored under; the port is added unless it is an alias. */
  readonly hostKeyAlias: string | undefined
  readonly userKnownHosts: readonly string[]
  readonly globalKnownHosts: readonly string[]
  readonly hashKnownHosts: boolean
  /** Files of public keys that no host may show. */
  readonly revokedHostKeys: readonly string[]
  /** The address must not be known with another key than the name. */
  readonly checkHostIp: boolean
  readonly acceptNew: boolean
  /** `[user@]host[:port]`, in the order in which they are passed. */
  readonly jumps: readonly string[]
  readonly proxyCommand: string | undefined
}

/** A configuration as `ssh -G` prints it: keys in lower case, all the values of each. */
export type SshOptions = ReadonlyMap<string, readonly string[]>

type Asked = Pick<
  ConnectionSettings,
  'host' | 'port' | 'user' | 'privateKeyFile' | 'sshArguments' | 'hostKeys' | 'knownHostsFile'
>

/** Asks OpenSSH for the host's settings, or reads a subset of its files where it is not installed. */
export const sshSettings = async (asked: Asked): Promise<SshSettings> => {
  checkNames(asked.host, asked.user)
  const words = sshArguments(asked)
  const printed = await askOpenSsh(asked.host, words)
  const options =
    printed === undefined ? await readSubset(words, asked.host) : parseOptions(printed)
  const settings = interpret(asked, options)
  checkNames(settings.host, settings.user)
  return settings
}

const sshArguments = ({ sshArguments, port, user, privateKeyFile }: Asked): readonly string[] => [
  // OpenSSH takes the first value it is given: the inventory's come before the extra arguments.
  ...(port === undefined ? [] : ['-p', String(port)]),
  ...(user === undefined ? [] : ['-l', user]),
  ...(privateKeyFile === undefined ? [] : ['-i', privateKeyFile]),
  ...sshArguments,
]

/** `key value` lines to options. */
export const parseOptions = (text: string): SshOptions => {
  const options = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, key, value] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? []
    if (key === undefined || value === undefined) continue
    options.set(key.toLowerCase(), [...(options.get(key.toLowerCase()) ?? []), value])
  }
  return options
}

const YES = new Set(['yes', 'true', 'ask', 'accept-new'])

/** The settings that follow from what was asked and from OpenSSH's options. */
export const interpret = (asked: Asked, options: SshOptions): SshSettings => {
  const first = (key: string): string | undefined => {
    const value = options.get(key)?.[0]
    return value === 'none' ? undefined : value
  }
  const yes = (key: string, otherwise = true): boolean => YES.has(first(key) ?? String(otherwise))
  const host = first('hostname') ?? asked.host
  const port = Number(first('port') ?? 22)
  const user = first('user') ?? userInfo().username
  const expand = (path: string): string => expandTokens(expandHome(path), { host, port, user })
  const files = (key: string): string[] =>
    (options.get(key) ?? []).filter(f => f !== 'none').map(expand)
  const lists = (key: string): string[] => files(key).flatMap(splitWords)
  const agent = process.env['SSH_AUTH_SOCK']
  const identityAgent = first('identityagent')
  const strict = first('stricthostkeychecking')
  return {
    host,
    port,
    user,
    family: ({ inet: 4, inet6: 6 } as const)[first('addressfamily') ?? ''] ?? 0,
    identityFiles: files('identityfile'),
    certificateFiles: files('certificatefile'),
    identitiesOnly: yes('identitiesonly', false),
    agent:
      options.get('identityagent')?.[0] === 'none'
        ? undefined
        : identityAgent === undefined || identityAgent === 'SSH_AUTH_SOCK'
          ? agent
          : expand(identityAgent),
    methods: {
      publickey:
        first('pubkeyauthentication') !== 'no' && first('pubkeyauthentication') !== 'false',
      password: yes('passwordauthentication'),
      keyboard: yes('kbdinteractiveauthentication'),
    },
    hostKeyAlias: first('hostkeyalias'),
    userKnownHosts: [
      ...(asked.knownHostsFile === undefined ? [] : [expandHome(asked.knownHostsFile)]),
      ...lists('userknownhostsfile'),
    ],
    globalKnownHosts: lists('globalknownhostsfile'),
    hashKnownHosts: yes('hashknownhosts', false),
    revokedHostKeys: lists('revokedhostkeys'),
    checkHostIp: yes('checkhostip', false),
    // `no` would also take a changed key; that is never done here.
    acceptNew:
      asked.hostKeys === 'accept-new' ||
      ['accept-new', 'no', 'off', 'false'].includes(strict ?? ''),
    jumps: first('proxyjump')?.split(',') ?? [],
    proxyCommand: first('proxycommand'),
  }
}

/** `~` is the home directory of whoever runs us. */
const expandHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path

/** OpenSSH's `%h`, `%p`, `%r`, `%d`, `%u` and `%%`. */
export const expandTokens = (
  text: string,
  { host, port, user }: { host: string; port: number; user: string },
): string => {
  const tokens: Readonly<Record<string, string>> = {
    h: host,
    p: String(port),
    r: user,
    d: homedir(),
    u: userInfo().username,
    '%': '%',
  }
  return text.replaceAll(/%([a-zA-Z%])/g, (whole, token: string) => tokens[token] ?? whole)
}

const splitWords = (text: string): string[] =>
  (text.match(/"[^"]*"|\S+/g) ?? []).map(word => expandHome(word.replaceAll('"', '')))
