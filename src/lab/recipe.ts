import { extraCertificates, type AptSetup } from './apt.ts'
import { suiteOf, type ImageName } from './images.ts'

// What the images of usual providers have beyond the required packages, and what a role may expect
// of a bare server. No Python, no firewall, no unattended upgrades.
const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'libpam-systemd', 'openssh-server', 'sudo'],
  ...['iproute2', 'iputils-ping', 'netbase', 'procps', 'ca-certificates', 'tzdata'],
]

/** All that makes an image what it is; another recipe is another image. */
export interface Recipe {
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

/** How an image is made on this machine, with its sources, settings and certificates. */
export const recipeOf = async (image: ImageName, apt: AptSetup): Promise<Recipe> => {
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
