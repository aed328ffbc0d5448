import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../core/error.ts'
import { cgroupMount } from './cgroup.ts'

/** What the machine offers, as far as the lab needs it. */
export interface Machine {
  readonly platform: string
  readonly root: boolean
  /** What was not found of the programs and files in the list `packages`. */
  readonly missing: readonly string[]
  /** Where control groups (version 2) are mounted. */
  readonly cgroups: string | undefined
}

/** Throws E_LAB_UNSUPPORTED, with all that is missing, on a machine that cannot run a lab. */
export const requireMachine = async (machine?: Machine): Promise<{ cgroups: string }> => {
  const { platform, root, missing, cgroups } = machine ?? (await inspectMachine())
  const reasons = [
    ...(platform === 'linux' ? [] : [`it needs Linux, this is ${platform}`]),
    ...(root ? [] : ['it needs root']),
    ...(missing.length === 0 ? [] : [`this machine lacks ${missing.join(', ')}`]),
    ...(cgroups === undefined ? ['control groups version 2 are not mounted'] : []),
  ]
  if (reasons.length === 0 && cgroups !== undefined) return { cgroups }
  throw new UserError('E_LAB_UNSUPPORTED', `the lab cannot run here: ${reasons.join('; ')}`, {
    hint: `${await remedy(missing)}${ELSEWHERE}`,
  })
}

const ELSEWHERE =
  'virtual machines do as well, made with Vagrant on Linux, macOS and WSL: see "On virtual machines" in README.md'

const remedy = async (missing: readonly string[]): Promise<string> => {
  const known = (await readPackages()).filter(({ program }) => missing.includes(program))
  const packages = [...new Set(known.map(({ name }) => name))]
  return packages.length === 0 ? '' : `on Debian, apt-get install ${packages.join(' ')}; `
}

interface Package {
  /** A program, or the path of a file. */
  readonly program: string
  readonly name: string
}

const readPackages = async (): Promise<Package[]> => {
  const list = await readFile(join(import.meta.dirname, '../lab/packages'), 'utf8')
  const lines = list.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return lines.map(line => {
    const [program = '', name = ''] = line.split(' ')
    return { program, name }
  })
}

const inspectMachine = async (): Promise<Machine> => {
  const { platform } = process
  if (platform !== 'linux') return { platform, root: true, missing: [], cgroups: '' }
  const missing = (await readPackages()).map(async ({ program }) =>
    (await isInstalled(program)) ? [] : [program],
  )
  return {
    platform,
    root: process.getuid?.() === 0,
    missing: (await Promise.all(missing)).flat(),
    cgroups: await cgroupMount(),
  }
}

const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']

const isInstalled = async (program: string): Promise<boolean> => {
  if (program.startsWith('/')) return isThere(program)
  const folders = [...(process.env.PATH ?? '').split(':'), ...SBIN]
  return (await Promise.all(folders.map(folder => isThere(join(folder, program))))).includes(true)
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )
