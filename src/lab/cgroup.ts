import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where the machine has mounted the second version of control groups; undefined when nowhere. */
export const cgroupMount = async (): Promise<string | undefined> => {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map(l => l.split(' '))
  return mounts.find(([, , type]) => type === 'cgroup2')?.[1]
}

/** Creates a control group, and those above it. */
export const createCgroup = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true })
}

/** Whether any process is in the group or below it. */
export const isPopulated = async (path: string): Promise<boolean> =>
  (await readIfThere(join(path, 'cgroup.events'))).includes('populated 1')

/** The processes of one group, as ids of the machine. */
export const processesOf = async (path: string): Promise<number[]> =>
  (await readIfThere(join(path, 'cgroup.procs'))).split('\n').filter(Boolean).map(Number)

/** Kills all that runs in the group or below it, and removes the groups. */
export const removeCgroup = async (path: string): Promise<void> => {
  const deadline = Date.now() + 10_000
  for (;;) {
    try {
      if (await isPopulated(path)) await writeFile(join(path, 'cgroup.kill'), '1')
      await removeTree(path)
      return
    } catch (error) {
      // EBUSY: dying processes are still in there, or one that had just been started came in.
      if (!isCode(error, 'EBUSY') || Date.now() > deadline) throw error
      await sleep(10)
    }
  }
}

const removeTree = async (path: string): Promise<void> => {
  try {
    const children = (await readdir(path, { withFileTypes: true })).filter(c => c.isDirectory())
    for (const child of children) await removeTree(join(path, child.name))
    await rmdir(path)
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error
  }
}

const readIfThere = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    // ENODEV: the group was removed between opening and reading.
    if (isCode(error, 'ENOENT') || isCode(error, 'ENODEV')) return ''
    throw error
  }
}

const isCode = (error: unknown, code: string): boolean =>
  (error as NodeJS.ErrnoException).code === code

/** The groups of one lab. */
export interface Groups {
  /** Contains the others, and thereby every process of the lab. */
  readonly all: string
  /** What works for the lab on the machine's side. */
  readonly main: string
  readonly cache: string
  readonly host: (name: string) => string
  /** The group of the process that watches a host: apart, for systemd wants to be alone in its own. */
  readonly watch: (name: string) => string
}

/** The groups of a lab, whether they exist or not. */
export const groupsOf = (mount: string, lab: string): Groups => {
  const all = join(mount, `provision-lab-${lab}`)
  return {
    all,
    main: join(all, 'main'),
    cache: join(all, 'cache'),
    host: name => join(all, `host-${name}`),
    watch: name => join(all, `watch-${name}`),
  }
}
