import { HostLost } from '../core/wire.ts'
import {
  fingerprint,
  hostKeyAlgorithms,
  judge,
  keyType,
  knownKeys,
  knownName,
  remember,
  type KnownKey,
} from './known-hosts.ts'
import { revokedKeys } from './revoked-keys.ts'
import type { SshSettings } from './ssh-config.ts'

/** Decides about the key that one server shows. */
export interface HostKeyCheck {
  readonly algorithms: ReturnType<typeof hostKeyAlgorithms>
  /**
   * Throws E_HOST_KEY_* unless the key is known, or new and to be accepted. `address` is where the
   * name has led to, as far as that is known.
   */
  check(key: Buffer, address?: string): Promise<void>
}

/** Reads known_hosts before connecting: it orders what the server is asked for. */
export const hostKeyCheck = (settings: SshSettings): HostKeyCheck => {
  const { host, port, hostKeyAlias, userKnownHosts, globalKnownHosts } = settings
  const name = knownName(host, port, hostKeyAlias)
  const files = [...userKnownHosts, ...globalKnownHosts]
  const revokedAnywhere = revokedKeys(settings.revokedHostKeys)
  const known = [...revokedAnywhere, ...knownKeys(files, name)]
  return {
    algorithms: hostKeyAlgorithms(known),
    async check(key, address) {
      const state = refuseBad(name, key, known)
      if (settings.checkHostIp && hostKeyAlias === undefined && address !== undefined) {
        const place = knownName(address.replace(/^::ffff:/, ''), port)
        if (place !== name) refuseBad(place, key, knownKeys(files, place))
      }
      if (state === 'known') return
      const [file] = userKnownHosts
      // An authority vouches for the host, which cannot be checked here: not for anybody new.
      const vouched = known.some(({ marker }) => marker === 'authority')
      if (!settings.acceptNew || vouched || file === undefined)
        throw unknown(settings, { name, key, vouched })
      await remember(file, { name, key, hashed: settings.hashKnownHosts })
    },
  }
}

const refuseBad = (name: string, key: Buffer, known: readonly KnownKey[]): 'known' | 'unknown' => {
  const judgement = judge(known, key)
  if (judgement.kind === 'changed') throw changed(name, key, judgement.by)
  if (judgement.kind === 'revoked') throw revoked(name, key, judgement.by)
  return judgement.kind
}

const shown = (key: Buffer): string => `${keyType(key)} ${fingerprint(key)}`

const unknown = (
  { host, port, userKnownHosts }: SshSettings,
  { name, key, vouched }: { name: string; key: Buffer; vouched: boolean },
): HostLost => {
  const file = userKnownHosts[0] ?? '~/.ssh/known_hosts'
  const scan = `ssh-keyscan ${port === 22 ? '' : `-p ${port} `}${host} >> ${file}`
  const authority = vouched
    ? ' (known_hosts trusts an authority for it, but host certificates cannot be checked here)'
    : ''
  return new HostLost(
    'E_HOST_KEY_UNKNOWN',
    `${name}: its host key is not known: ${shown(key)}${authority}`,
    {
      hint: `compare the fingerprint on the host's console, then: ${scan}${vouched ? '' : '; or set host_key_checking to accept-new'}`,
    },
  )
}

const changed = (name: string, key: Buffer, by: KnownKey): HostLost =>
  new HostLost(
    'E_HOST_KEY_CHANGED',
    `${name}: its host key has changed: it shows ${shown(key)}, ${by.file}:${by.line} has ${shown(by.key)}`,
    {
      hint: `somebody may be listening in; if the host was set up anew: ssh-keygen -R '${name}' -f ${by.file}`,
    },
  )

const revoked = (name: string, key: Buffer, by: KnownKey): HostLost =>
  new HostLost(
    'E_HOST_KEY_REVOKED',
    `${name}: its host key ${shown(key)} is revoked by ${by.file}:${by.line}`,
    { hint: 'give the host a new key' },
  )
