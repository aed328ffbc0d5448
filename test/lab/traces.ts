import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cgroupMount } from '../../src/lab/cgroup.ts'
import { labDir, labRoot, tableOf } from '../../src/lab/place.ts'

const execute = promisify(execFile)

/** Everything on this machine that belongs to the lab `lab`, whose bridge was `bridge`. */
export const traces = async (lab: string, bridge: string | undefined): Promise<string[]> => {
  const [mounts, links, rules, groups, processes] = await Promise.all([
    readFile('/proc/self/mounts', 'utf8'),
    readdir('/sys/class/net'),
    execute('nft', ['list', 'tables']),
    readdir((await cgroupMount()) ?? ''),
    processesOf(lab),
  ])
  const files = [labDir(lab), join(labRoot(), 'locks', lab)]
  return [
    ...mounts.split('\n').filter(line => line.includes(labDir(lab))),
    ...links.filter(link => link === bridge || link.startsWith(`${bridge ?? '?'}v`)),
    ...rules.stdout.split('\n').filter(line => line.endsWith(` ${tableOf(lab)}`)),
    ...groups.filter(group => group === `provision-lab-${lab}`),
    ...processes,
    ...files.filter(file => existsSync(file)),
  ]
}

/** The processes in a lab's control groups or with the lab's name in a path of their command. */
export const processesOf = async (lab: string): Promise<string[]> => {
  const pids = (await readdir('/proc')).filter(entry => /^\d+$/.test(entry))
  const lines = await Promise.all(pids.map(describeProcess))
  return lines.filter(line => line.includes(`provision-lab-${lab}/`) || line.includes(`/${lab}`))
}

const describeProcess = async (pid: string): Promise<string> => {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8')
  const texts = [read('cgroup'), read('cmdline')]
  const [cgroup = '', line = ''] = await Promise.all(texts).catch(() => [])
  // Only a process that has ended, and waits for its parent, has no command line.
  return line === '' ? '' : `${cgroup} ${line.replaceAll('\0', ' ')}`
}
