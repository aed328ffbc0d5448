import { constant, lines, sh, type Words } from '../../core/shell.ts'
import { FILES } from './raw.ts'

const DMI = [
  'product_name',
  'product_version',
  'product_serial',
  'product_uuid',
  'sys_vendor',
  'bios_version',
  'bios_date',
  'bios_vendor',
  'board_name',
  'board_vendor',
  'chassis_vendor',
]

const TEXT_FILES = [
  '/etc/os-release',
  '/usr/lib/os-release',
  '/etc/debian_version',
  '/etc/lsb-release',
  '/etc/alpine-release',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/machine-id',
  '/etc/selinux/config',
  '/run/systemd/container',
  '/proc/1/comm',
  '/proc/cmdline',
  '/proc/cpuinfo',
  '/proc/loadavg',
  '/proc/meminfo',
  '/proc/mounts',
  '/proc/net/if_inet6',
  '/proc/net/ipv6_route',
  '/proc/net/route',
  '/proc/self/environ',
  '/proc/self/status',
  '/proc/sys/crypto/fips_enabled',
  '/proc/sys/kernel/hostname',
  '/proc/sys/kernel/osrelease',
  '/proc/sys/kernel/ostype',
  '/proc/sys/kernel/version',
  '/proc/uptime',
  '/sys/fs/selinux/enforce',
  '/sys/module/apparmor/parameters/enabled',
  ...DMI.map(name => `/sys/class/dmi/id/${name}`),
]

// A failing `cat` or `[` must not end the script: what is missing is missing from the facts.
const PRELUDE = constant(String.raw`
say() { printf '%s\0%s\0' "$1" "$2"; }
has() { if [ "$2" "$3" ]; then say "$1" 1; else say "$1" 0; fi; }
say machine "$(uname -m)"
uid=$(id -u)
say uid "$uid"
say passwd "$(getent passwd "$uid" 2>/dev/null || grep "^[^:]*:[^:]*:$uid:" /etc/passwd 2>/dev/null)"
say date "$(date '+%Y %m %d %H %M %S %s %Z %z %A %w %j %V %U %N' 2>/dev/null)"
say addresses "$(ip -o addr show 2>/dev/null)"
has apt -x /usr/bin/apt-get
has dnf -x /usr/bin/dnf
has yum -x /usr/bin/yum
has apk -x /sbin/apk
has pacman -x /usr/bin/pacman
has zypper -x /usr/bin/zypper
has systemd -d /run/systemd/system
has openrc -d /run/openrc
has docker -e /.dockerenv
has podman -e /run/.containerenv
has kvm -e /dev/kvm
has selinux -d /sys/fs/selinux
for link in /sys/class/net/*; do
  if [ -d "$link/bridge" ]; then say "link:$link" bridge
  elif [ -d "$link/bonding" ]; then say "link:$link" bonding
  else say "link:$link" ether; fi
done
`)

// A dead network file system would block: its sizes are left out. The kernel writes a space in a
// mount point as \040, and such mounts are left out too.
const MOUNTS = constant(String.raw`
set --
while read -r device point type rest; do
  case $type in nfs*|cifs|smb*|9p|fuse.*|afs|ceph) continue;; esac
  case $point in *\\*) continue;; esac
  case $device in /*) set -- "$@" "$point";; esac
done </proc/mounts
[ $# = 0 ] || say sizes "$(stat -f -c '%S %b %f %a %c %d %n' "$@" 2>/dev/null)"
`)

// An executable fact is run, any other is read.
const LOCAL = constant(String.raw`
local_facts() {
  for fact in "$2"/*.fact; do
    [ -f "$fact" ] || continue
    name=$(basename "$fact" .fact)
    if [ -x "$fact" ]; then
      if text=$("$fact" 2>/dev/null </dev/null); then say "local$1:$name" "$text"
      else say "failed$1:$name" "exit code $?"; fi
    else say "local$1:$name" "$(cat "$fact" 2>/dev/null)"; fi
  done
}
`)

/** One script for all facts: shell built-ins, and one `grep` that reads every file. */
export const factsScript = (factPaths: readonly string[]): Words =>
  lines(
    PRELUDE,
    MOUNTS,
    LOCAL,
    ...factPaths.map((directory, i) => sh`local_facts ${i} ${directory}`),
    sh`printf '%s\0' ${FILES}`,
    sh`grep -Has '' ${TEXT_FILES} /sys/class/net/*/address /sys/class/net/*/mtu /sys/class/net/*/operstate /sys/class/net/*/type /sys/class/net/*/speed /sys/class/net/*/flags`,
    // Its exit code tells only that some file is missing, which is normal.
    constant(':'),
  )
