import { createHash } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { extraCertificates, type AptSetup } from './apt.ts'
import type { Groups } from './cgroup.ts'
import { run, type Confined } from './commands.ts'
import { suiteOf, type ImageName } from './images.ts'
import { withLock } from './lock.ts'
import { CACHE_PORT } from './network.ts'
import { labRoot, type Lab } from './place.ts'

// What the images of usual providers have beyond the required packages, and what a role may expect
// of a bare server. No Python, no firewall, no unattended upgrades.
const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'libpam-systemd', 'openssh-server', 'sudo'],
  ...['iproute2', 'iputils-ping', 'netbase', 'procps', 'ca-certificates', 'tzdata'],
]

/** All that makes an image what it is; another recipe is another image. */
interface Recipe {
  readonly suite: string
  readonly sources: readonly string[]
  readonly packages: readonly string[]
  readonly aptOptions: readonly string[]
  readonly certificates: readonly string[]
  /** Units that would disturb, and units that cannot work without a kernel of their own. */
  readonly disabled: readonly string[]
  readonly masked: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

/** What an image is built with. */
interface Workshop {
  readonly lab: Lab
  readonly groups: Pick<Groups, 'main'>
  readonly apt: AptSetup
  /** Settles when packages can be downloaded. */
  readonly cache: Promise<void>
  readonly onProgress: (message: string) => void
}

/** The root folder of an image, which is built when this machine does not have it yet. */
export const ensureImage = async (
  image: ImageName,
  { lab, groups, apt, cache, onProgress }: Workshop,
): Promise<string> => {
  const recipe = await recipeOf(image, apt)
  const key = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12)
  const folder = join(labRoot(), 'images', `${image}-${key}`)
  if (await isThere(folder)) return folder
  return withLock(join(labRoot(), 'locks', `image-${image}`), async () => {
    if (await isThere(folder)) return folder
    onProgress(`${image}: building the image, once on this machine`)
    const unfinished = join(lab.dir, `image-${image}`)
    await rm(unfinished, { recursive: true, force: true })
    await cache
    await build(recipe, unfinished, { main: { cgroup: groups.main }, gateway: lab.gateway })
    await mkdir(dirname(folder), { recursive: true })
    await rename(unfinished, folder)
    return folder
  })
}

const recipeOf = async (image: ImageName, apt: AptSetup): Promise<Recipe> => {
  const suite = suiteOf(image)
  // A mirror that stands still outlives the date until which sid's index is valid.
  const unlimited = suite === 'sid' ? ['Acquire::Check-Valid-Until "false";'] : []
  const aptOptions = [...new Set([...apt.options, ...unlimited])]
  return {
    suite,
    sources: sourcesOf(suite, apt),
    packages: PACKAGES,
    aptOptions,
    certificates: await extraCertificates(),
    // Their random start would hold apt's locks in the middle of somebody's test.
    disabled: ['apt-daily.timer', 'apt-daily-upgrade.timer'],
    // Comes with the Prometheus exporter's recommendations and fails without a kernel module.
    masked: ['nvmf-autoconnect.service'],
    files: { ...FILES, 'etc/apt/apt.conf.d/90lab': aptOptions.map(line => `${line}\n`).join('') },
  }
}

/** The lines of sources.list of a suite; none leaves the choice to mmdebstrap. */
export const sourcesOf = (suite: string, { archive, security }: AptSetup): string[] => {
  if (archive === undefined) return []
  const line = (uri: string, name: string) => `deb ${plain(uri)} ${name} main`
  if (suite === 'sid') return [line(archive, suite)]
  return [
    line(archive, suite),
    line(archive, `${suite}-updates`),
    ...(security === undefined ? [] : [line(security, `${suite}-security`)]),
  ]
}

// The package cache cannot look into TLS: hosts ask it in the clear, and it asks the archive as the
// machine's own sources do.
const plain = (uri: string): string => uri.replace(/^https:/, 'http:')

const FILES = {
  'etc/default/locale': 'LANG=C.UTF-8\n',
  'etc/dpkg/dpkg.cfg.d/lab': 'force-unsafe-io\n',
  'etc/sudoers.d/admin': 'admin ALL=(ALL:ALL) NOPASSWD: ALL\n',
  'etc/hostname': '',
  'etc/machine-id': '',
}

const build = async (
  recipe: Recipe,
  target: string,
  { main, gateway }: { main: Confined; gateway: string },
): Promise<void> => {
  const proxy = `Acquire::http::Proxy "http://${gateway}:${CACHE_PORT}";`
  const aptOptions = [proxy, ...recipe.aptOptions].map(option => `--aptopt=${option}`)
  await run(
    'unshare',
    [
      ...['--mount', 'mmdebstrap', '--mode=root', '--variant=minbase', '--quiet'],
      `--include=${recipe.packages.join(',')}`,
      ...aptOptions,
      ...[recipe.suite, target, ...recipe.sources],
    ],
    main,
  )
  const inImage = (...args: string[]) => run('chroot', [target, ...args], main)
  await rm(join(target, 'etc/apt/apt.conf.d/99mmdebstrap'), { force: true })
  await rm(join(target, 'etc/resolv.conf'), { force: true })
  await inImage('sh', '-c', 'rm -f /etc/ssh/ssh_host_*')
  for (const [file, text] of Object.entries(recipe.files)) await writeFile(join(target, file), text)
  await inImage('useradd', '--create-home', '--shell', '/bin/bash', 'admin')
  await inImage('systemctl', 'disable', '--quiet', ...recipe.disabled)
  await inImage('systemctl', 'mask', '--quiet', ...recipe.masked)
  await trust(recipe.certificates, target, inImage)
}

const trust = async (
  certificates: readonly string[],
  target: string,
  inImage: (...args: string[]) => Promise<string>,
): Promise<void> => {
  for (const [i, pem] of certificates.entries())
    await writeFile(join(target, `usr/local/share/ca-certificates/machine-${i}.crt`), `${pem}\n`)
  if (certificates.length > 0) await inImage('update-ca-certificates')
}

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    () => false,
  )
