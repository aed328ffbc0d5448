import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { extname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../core/error.ts'
import { createCgroup, isPopulated } from '../cgroup.ts'
import { startDetached, type Confined } from '../commands.ts'
import { CACHE_PORT } from '../network.ts'
import { labRoot, type Lab } from '../place.ts'

/** The log of a lab's package cache: a line for each request, `miss` for each download. */
export const cacheLog = (lab: Lab): string => join(lab.dir, 'packages.log')

/** Starts the lab's package cache, unless it runs, and waits until it answers. */
export const startCache = async (lab: Lab, settings: Settings): Promise<void> => {
  if (!(await isPopulated(settings.cgroup))) {
    await createCgroup(settings.cgroup)
    await launch(lab, settings)
  }
  const deadline = Date.now() + 10_000
  while (!(await answers(lab.gateway))) {
    if (Date.now() > deadline) throw await silent(lab)
    await sleep(50)
  }
}

interface Settings extends Confined {
  /** Servers that it asks over TLS. */
  readonly secure: readonly string[]
}

const launch = async (lab: Lab, { cgroup, lock, secure }: Settings): Promise<void> => {
  // From a checkout we are TypeScript, which Node runs through tsx.
  const isSource = extname(import.meta.filename) === '.ts'
  const loader = isSource ? ['--import', 'tsx'] : []
  // Built, this code is part of the entry points in dist/cli/.
  const folder = join(import.meta.dirname, isSource ? '.' : '../lab/cache')
  const main = join(folder, isSource ? 'main.ts' : 'main.mjs')
  const packages = join(labRoot(), 'packages')
  const output = openSync(cacheLog(lab), 'a')
  await startDetached(
    process.execPath,
    [...loader, main, lab.gateway, String(CACHE_PORT), packages, secure.join(',')],
    { cgroup, lock, output, cwd: folder },
  )
  closeSync(output)
}

const answers = async (address: string): Promise<boolean> => {
  const socket = connect(CACHE_PORT, address)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    // Not listening yet; the caller knows how long that may last.
    return false
  } finally {
    socket.destroy()
  }
}

const silent = async (lab: Lab): Promise<UserError> =>
  new UserError('E_LAB_CACHE', `the package cache of lab ${lab.name} does not start`, {
    hint: (await readFile(cacheLog(lab), 'utf8')).trim().slice(-500),
  })
