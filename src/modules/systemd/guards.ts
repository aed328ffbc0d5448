import type { Guard } from '../../core/change.ts'
import { constant, lines, sh, type Words } from '../../core/shell.ts'

// A guard that saved nothing would bring back nothing: it has to know where it is.
const HERE = constant('set -e; [ "$PWD" != / ]')

const SSH = /^(ssh|sshd)(@.*)?\.(service|socket)$/
const FIREWALL = /^(nftables|firewalld|ufw|iptables|netfilter-persistent|ferm|shorewall)\.service$/
const NETWORK = /^(networking|systemd-networkd|NetworkManager|ifup@.*)\.(service|socket)$/

/** The guard for starting, stopping, restarting or reloading a unit; most need none. */
export const unitGuard = (id: string): Guard | undefined => {
  if (SSH.test(id))
    return { why: 'sshd could refuse us', save: HERE, undo: sshAgain(id), secondTells: true }
  if (FIREWALL.test(id)) return { why: 'the firewall could lock us out', ...FIREWALL_RULES }
  if (NETWORK.test(id))
    return {
      why: 'the network could go',
      save: lines(HERE, constant('ip addr show >saved')),
      undo: sh`systemctl restart -- ${id}`,
    }
  return undefined
}

// With its own configuration first; the packaged one where that does not let us in.
const sshAgain = (id: string): Words =>
  lines(
    sh`systemctl stop -- ${id}`,
    constant(`original=/usr/share/openssh/sshd_config
if [ -r $original ]; then
  mkdir -p /etc/ssh/refused
  for file in /etc/ssh/sshd_config.d/*.conf; do [ -e "$file" ] && mv "$file" /etc/ssh/refused; done
  cp /etc/ssh/sshd_config /etc/ssh/refused/ && cp $original /etc/ssh/sshd_config
fi`),
    // A unit that failed too often is not started before its limit has passed.
    sh`systemctl reset-failed -- ${id} 2>/dev/null || :`,
    sh`systemctl start -- ${id}`,
  )

/** Saves and brings back the live rules of nftables. */
const FIREWALL_RULES = {
  save: lines(HERE, constant(`{ echo 'flush ruleset'; nft -s list ruleset; } >saved`)),
  undo: constant('nft -f saved'),
}
