import { access } from 'node:fs/promises'
import { UserError } from '../core/error.ts'
import { cgroupMount } from './cgroup.ts'

/** What the machine offers, as far as the lab needs it. */
export interface Machine {
  readonly platform: string
  readonly root: boolean
  /** Programs that were not found. */
  readonly missing: readonly string[]
  /** Where control groups (version 2) are mounted. */
  readonly cgroups: string | undefined
}

/** The programs the lab runs, each with the Debian package that brings it (see packages.sh). */
const PROGRAMS = {
  ip: 'iproute2',
  nft: 'nftables',
  mmdebstrap: 'mmdebstrap',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  prlimit: 'util-linux',
  flock: 'util-linux',
  mount: 'mount',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
} as const

/** Throws E_LAB_UNSUPPORTED, with all that is missing, on a machine that cannot run a lab. */
export const requireMachine = async (machine?: Machine): Promise<{ cgroups: string }> => {
  const { platform, root, missing, cgroups } = machine ?? (await inspectMachine())
  const reasons = [
    ...(platform === 'linux' ? [] : [`it needs Linux, this is ${platform}`]),
    ...(root ? [] : ['it needs root']),
    ...(missing.length === 0 ? [] : [`these programs are missing: ${missing.join(', ')}`]),
    ...(cgroups === undefined ? ['control groups version 2 are not mounted'] : []),
  ]
  if (reasons.length === 0 && cgroups !== undefined) return { cgroups }
  throw new UserError('E_LAB_UNSUPPORTED', `the lab cannot run here: ${reasons.join('; ')}`, {
    hint: `${remedy(missing)}to use virtual machines instead, see vagrant/`,
  })
}

const remedy = (missing: readonly string[]): string => {
  const known = Object.entries(PROGRAMS).filter(([program]) => missing.includes(program))
  const packages = [...new Set(known.map(([, pkg]) => pkg))]
  return packages.length === 0 ? '' : `apt-get install ${packages.join(' ')}; `
}

const inspectMachine = async (): Promise<Machine> => {
  if (process.platform !== 'linux')
    return { platform: process.platform, root: false, missing: [], cgroups: undefined }
  const missing = await Promise.all(
    Object.keys(PROGRAMS).map(async p => ((await isInstalled(p)) ? [] : [p])),
  )
  return {
    platform: process.platform,
    root: process.getuid?.() === 0,
    missing: missing.flat(),
    cgroups: await cgroupMount(),
  }
}

const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']

const isInstalled = async (program: string): Promise<boolean> => {
  const folders = [...(process.env.PATH ?? '').split(':'), ...SBIN]
  const found = await Promise.all(
    folders.map(folder =>
      access(`${folder}/${program}`).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}
