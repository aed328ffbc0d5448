import { existsSync, readFileSync } from 'node:fs'
import { must, run } from './command.ts'

const CONNECT = ['--connect', 'qemu:///system']

/** What libvirt answers to a command of virsh. */
const virsh = (...args: readonly string[]): Promise<string> => must('virsh', [...CONNECT, ...args])

const answers = async (): Promise<boolean> =>
  (await run('virsh', [...CONNECT, 'version'])).code === 0

const DAEMONS = ['virtlogd', 'libvirtd'] as const

/** Starts libvirt unless it runs; gives what ends it again. */
export const startLibvirt = async (): Promise<() => Promise<void>> => {
  if (await answers()) return () => Promise.resolve()
  if (existsSync('/run/systemd/system')) {
    await must('systemctl', ['start', 'libvirtd'])
    return async () => {
      await must('systemctl', ['stop', 'libvirtd', ...SOCKETS])
    }
  }
  const pidFile = (name: string): string => `/run/${name}-test-vagrant.pid`
  for (const name of DAEMONS) await must(name, ['--daemon', '--pid-file', pidFile(name)])
  return () => {
    for (const name of [...DAEMONS].reverse())
      process.kill(Number(readFileSync(pidFile(name), 'utf8')))
    return Promise.resolve()
  }
}

// Left listening they would start it anew.
const SOCKETS = ['libvirtd.socket', 'libvirtd-ro.socket', 'libvirtd-admin.socket']

/** vagrant-libvirt makes this pool where there is none, and leaves it. */
export const POOL = 'pool default'

/** All that libvirt has by name: domains, networks, pools, and the volumes of Vagrant's pool. */
export const belongingsOfLibvirt = async (): Promise<readonly string[]> => {
  const names = async (kind: string, ...args: string[]): Promise<string[]> =>
    (await virsh(...args, '--name'))
      .split('\n')
      .map(name => name.trim())
      .filter(Boolean)
      .map(name => `${kind} ${name}`)
  const pools = await names('pool', 'pool-list', '--all')
  return [
    ...(await names('domain', 'list', '--all')),
    ...(await names('network', 'net-list', '--all')),
    ...pools,
    ...(pools.includes(POOL) ? await volumes() : []),
  ]
}

const volumes = async (): Promise<string[]> => {
  const [, , ...lines] = (await virsh('vol-list', 'default')).split('\n')
  return lines.flatMap(line => /\S+/.exec(line) ?? []).map(name => `volume ${name}`)
}

/** What vagrant-libvirt keeps of a box, also after `vagrant box remove`. */
export const removeVolumesOf = async (box: string): Promise<void> => {
  const start = `volume ${box.replace('/', '-VAGRANTSLASH-')}_vagrant_box_image`
  for (const volume of (await belongingsOfLibvirt()).filter(name => name.startsWith(start)))
    await virsh('vol-delete', '--pool', 'default', volume.replace('volume ', ''))
}

/** Lets libvirt forget the pool. */
export const removePool = async (): Promise<void> => {
  if (!(await belongingsOfLibvirt()).includes(POOL)) return
  await virsh('pool-destroy', 'default')
  await virsh('pool-undefine', 'default')
}
