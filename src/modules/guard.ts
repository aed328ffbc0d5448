import type { Guard } from '../core/change.ts'
import { inside } from '../core/probe.ts'
import { constant, lines, sh, type Words } from '../core/shell.ts'
import { besides, here } from './reach.ts'

interface Danger {
  /** A file, or a directory with everything below it. */
  readonly places: readonly string[]
  readonly why: string
  /** Run after the old file is back. */
  readonly again?: Words
}

const RELOAD_SSHD = constant(
  'systemctl reload ssh 2>/dev/null || systemctl reload sshd 2>/dev/null || service ssh reload 2>/dev/null || kill -HUP "$(cat /run/sshd.pid)"',
)

const DANGERS: readonly Danger[] = [
  { places: ['/etc/ssh'], why: 'sshd could refuse us', again: RELOAD_SSHD },
  { places: ['/etc/sudoers', '/etc/sudoers.d'], why: 'sudo could refuse us' },
  { places: ['/etc/pam.d', '/etc/security'], why: 'PAM could refuse us' },
  { places: ['/etc/nftables.conf', '/etc/nftables.d'], why: 'the firewall could lock us out' },
  { places: ['/etc/network', '/etc/netplan', '/etc/systemd/network'], why: 'the network could go' },
  { places: ['/root/.ssh'], why: 'our key could be refused' },
]

const AUTHORIZED = /\/\.ssh(\/authorized_keys2?)?$/

// In a directory of its own first: a link in the way would be followed by cp, and is not by mv.
const BRING_BACK = constant(`if [ -e "$saved" ] || [ -L "$saved" ]; then
  stage=.provision-undo-$$
  mkdir -m 700 "./$stage" && enter "\${PWD%/}/$stage" && [ -O . ] || exit 1
  case $(stat -c %a .) in *[2367]?|*[2367]) exit 1 ;; esac
  cp -a -- "$saved" "$name" && mv -f -- "$name" ../ || exit 1
  cd .. && rmdir "./$stage"
fi`)

/** The guard for a change to a path (without links); undefined where nothing can cut us off. */
export const guardOf = (at: string): Guard | undefined => {
  const danger = dangerOf(at)
  if (danger === undefined) return undefined
  return {
    why: danger.why,
    save: lines(
      sh`set -e`,
      // A guard that saved nothing would bring back nothing: it has to know where it is.
      sh`[ "$PWD" != / ]`,
      sh`if [ -e ${at} ] || [ -L ${at} ]; then cp -a -- ${at} saved; fi`,
    ),
    undo: lines(
      constant('saved=$PWD/saved'),
      besides(at),
      sh`name=${here(at)}; rm -rf -- "$name"`,
      BRING_BACK,
      ...(danger.again === undefined ? [] : [danger.again]),
    ),
  }
}

const dangerOf = (at: string): Danger | undefined =>
  DANGERS.find(({ places }) => places.some(name => at === name || inside(at, name))) ??
  (AUTHORIZED.test(at) ? { places: [], why: 'our key could be refused' } : undefined)
