import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { startDetached } from './commands.ts'
import type { Lock } from './lock.ts'

/** What a host is started from. */
export interface Boot {
  readonly name: string
  /** The host's folder, with `upper`, `work` and `root` in it. */
  readonly dir: string
  /** The root file system it is laid over, which stays as it is. */
  readonly root: string
  /** The control group of the process that watches it; the host runs as long as this one does. */
  readonly watch: string
  /** The host's control group: systemd wants to be alone in it. */
  readonly cgroup: string
  readonly bridge: string
  /** The machine's end of the host's cable. */
  readonly cable: string
  readonly gateway: string
  readonly hardware: string
  readonly address: string
  readonly address6: string
}

// The three scripts are one walk into the host: on the machine, in its own namespaces, as its first
// process. Mounts, network and processes exist only inside, so they vanish with the last process.

// A reboot inside a process namespace ends it with SIGHUP, a power-off with SIGINT (reboot(2)).
const WATCH = `
rebooted=129
export MACHINE=$$
while :; do
  unshare --net --mount --uts --ipc sh -euc "$NAMESPACES"
  [ $? -eq $rebooted ] || exit
done
`

// After a reboot the kernel may not yet have taken away the cable of the namespace before. A new
// namespace inherits the machine's forwarding, which a bare server does not do.
const NAMESPACES = `
nsenter --target "$MACHINE" --net ip link delete "$CABLE" 2>/dev/null || :
nsenter --target "$MACHINE" --net \\
  ip link add "$CABLE" master "$BRIDGE" up type veth peer name eth0 address "$HARDWARE" netns $$
echo 0 > /proc/sys/net/ipv4/ip_forward
ip link set lo up
ip address add "$ADDRESS/24" dev eth0
ip address add "$ADDRESS6/64" dev eth0 nodad
ip link set eth0 up
ip route add default via "$GATEWAY"
hostname "$NAME"
mount -t overlay overlay \\
  -o "lowerdir=$IMAGE,upperdir=$DIR/upper,workdir=$DIR/work" "$DIR/root"
exec unshare --pid --fork --kill-child sh -euc "$FIRST"
`

// Enters its control group before the namespace of groups is made: systemd then owns the whole tree
// it can see. The limits are a server's, not those of the shell in which `up` was run; a machine that
// is itself confined may not grant them. Settings of the kernel that are not the host's own are
// read-only, and the rights that would reach the machine (modules, clock, raw I/O) are dropped;
// systemd then skips the units that need them.
const FIRST = `
echo 0 > "$CGROUP/cgroup.procs"
prlimit --pid $$ --nofile=1024:1048576 --core=0:unlimited || :
exec unshare --cgroup sh -euc '
  cd "$DIR/root"
  mount -t proc -o nosuid,nodev,noexec proc proc
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro proc/sys
  mount --bind /proc/sys/net proc/sys/net
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
  mount -t tmpfs -o mode=755,nosuid,noexec tmpfs dev
  for node in null zero full random urandom tty; do
    : > dev/$node
    mount --bind /dev/$node dev/$node
  done
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  ln -s fd/0 dev/stdin
  ln -s fd/1 dev/stdout
  ln -s fd/2 dev/stderr
  mkdir -p .machine
  pivot_root . .machine
  umount -l /.machine
  rmdir /.machine
  exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
    setpriv --bounding-set -sys_module,-sys_time,-sys_rawio \\
    /sbin/init --log-target=journal
'
`

/** Starts a host and a process that watches it, and starts it again when it reboots. */
export const boot = async (host: Boot, lock: Lock): Promise<void> => {
  const output = openSync(join(host.dir, 'boot.log'), 'a')
  await startDetached('sh', ['-uc', WATCH], {
    cgroup: host.watch,
    lock,
    output,
    env: {
      NAMESPACES,
      FIRST,
      NAME: host.name,
      DIR: host.dir,
      IMAGE: host.root,
      CGROUP: host.cgroup,
      BRIDGE: host.bridge,
      CABLE: host.cable,
      GATEWAY: host.gateway,
      HARDWARE: host.hardware,
      ADDRESS: host.address,
      ADDRESS6: host.address6,
    },
  })
  closeSync(output)
}
