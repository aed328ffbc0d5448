import type { RawFacts } from './raw.ts'

// os-release's ID, with the name and the family that playbooks compare with.
const DISTRIBUTIONS: Readonly<Record<string, readonly [name: string, family: string]>> = {
  almalinux: ['AlmaLinux', 'RedHat'],
  alpine: ['Alpine', 'Alpine'],
  amzn: ['Amazon', 'RedHat'],
  arch: ['Archlinux', 'Archlinux'],
  centos: ['CentOS', 'RedHat'],
  debian: ['Debian', 'Debian'],
  devuan: ['Devuan', 'Debian'],
  fedora: ['Fedora', 'RedHat'],
  kali: ['Kali', 'Debian'],
  linuxmint: ['Linux Mint', 'Debian'],
  ol: ['OracleLinux', 'RedHat'],
  'opensuse-leap': ['openSUSE Leap', 'Suse'],
  'opensuse-tumbleweed': ['openSUSE Tumbleweed', 'Suse'],
  pop: ['Pop!_OS', 'Debian'],
  raspbian: ['Debian', 'Debian'],
  rhel: ['RedHat', 'RedHat'],
  rocky: ['Rocky', 'RedHat'],
  sles: ['SLES', 'Suse'],
  ubuntu: ['Ubuntu', 'Debian'],
}

const FAMILIES: Readonly<Record<string, string>> = {
  arch: 'Archlinux',
  debian: 'Debian',
  fedora: 'RedHat',
  rhel: 'RedHat',
  suse: 'Suse',
  ubuntu: 'Debian',
}

/** `distribution*`, `os_family` and `lsb`. */
export const distributionFacts = (raw: RawFacts): Record<string, unknown> => {
  const release = osRelease(raw)
  const id = release.get('ID') ?? 'linux'
  const [name, family] = DISTRIBUTIONS[id] ?? [capitalised(id), familyLike(release, id)]
  const version = versionOf(raw, id, release)
  const major = version.split('.')[0] ?? version
  const codename = codenameOf(raw, release)
  return {
    distribution: name,
    distribution_version: version,
    distribution_major_version: major,
    distribution_minor_version: version.split('.')[1] ?? '',
    distribution_release: codename,
    distribution_file_path: '/etc/os-release',
    distribution_file_variety: name,
    distribution_file_parsed: true,
    os_family: family,
    lsb: {
      id: name,
      release: release.get('VERSION_ID') ?? version,
      major_release: major,
      codename,
      description: release.get('PRETTY_NAME') ?? name,
    },
  }
}

// Debian's os-release knows the major version alone; its point release stands in debian_version.
const versionOf = (raw: RawFacts, id: string, release: ReadonlyMap<string, string>): string => {
  const full = id === 'debian' ? raw.line('/etc/debian_version') : ''
  if (id === 'alpine' && raw.line('/etc/alpine-release') !== '')
    return raw.line('/etc/alpine-release')
  if (/^\d/.test(full)) return full
  return release.get('VERSION_ID') ?? (full === '' ? 'NA' : full)
}

const codenameOf = (raw: RawFacts, release: ReadonlyMap<string, string>): string => {
  const testing = raw.line('/etc/debian_version').split('/')[0] ?? ''
  const unnumbered = release.get('VERSION_ID') === undefined && /^[a-z]/.test(testing)
  return release.get('VERSION_CODENAME') ?? (unnumbered ? testing : 'NA')
}

const familyLike = (release: ReadonlyMap<string, string>, id: string): string => {
  const like = (release.get('ID_LIKE') ?? '').split(' ').find(word => word in FAMILIES)
  return like === undefined ? capitalised(id) : (FAMILIES[like] ?? capitalised(id))
}

const capitalised = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`

const osRelease = (raw: RawFacts): Map<string, string> => {
  const own = raw.lines('/etc/os-release')
  const lines = own.length > 0 ? own : raw.lines('/usr/lib/os-release')
  const entries = lines.flatMap(line => {
    const match = /^([A-Z_0-9]+)=(.*)$/.exec(line.trim())
    return match ? [[match[1] ?? '', unquoted(match[2] ?? '')] as const] : []
  })
  return new Map(entries)
}

const unquoted = (text: string): string => {
  const quoted = /^(["'])(.*)\1$/.exec(text)
  return (quoted?.[2] ?? text).replaceAll(/\\(["'$`\\])/g, '$1')
}
