import { labDown, labList, labSsh, labUp, type LabHost } from '../lab/index.ts'
import { table } from './table.ts'

const progress = (message: string): void => {
  process.stderr.write(`${message}\n`)
}

/** `provision lab up`. */
export const up = async (flags: { lab: string; image: string; hosts: string }): Promise<number> => {
  const hosts = flags.hosts.split(',').filter(name => name !== '')
  show(await labUp({ lab: flags.lab, image: flags.image, hosts, onProgress: progress }), 'text')
  return 0
}

/** `provision lab down`. */
export const down = async ({ lab }: { lab: string }): Promise<number> => {
  await labDown({ lab, onProgress: progress })
  return 0
}

/** `provision lab list`. */
export const list = async ({ lab, output }: { lab: string; output: string }): Promise<number> => {
  show(await labList({ lab }), output)
  return 0
}

/** `provision lab ssh NAME [COMMAND…]`; gives the command's own exit code. */
export const ssh = async (options: {
  lab: string
  host: string
  command: readonly string[]
}): Promise<number> => labSsh(options)

const show = (hosts: readonly LabHost[], output: string): void => {
  if (output === 'json') process.stdout.write(`${JSON.stringify(hosts, undefined, 2)}\n`)
  else {
    const rows = hosts.map(host => [
      host.name,
      host.address,
      host.address6,
      host.user,
      host.image,
      host.running ? 'running' : 'stopped',
    ])
    process.stdout.write(table([['NAME', 'ADDRESS', 'IPV6', 'USER', 'IMAGE', 'STATE'], ...rows]))
  }
}
