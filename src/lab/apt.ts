import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, type Bound } from './commands.ts'

/** Where this machine gets Debian from, and how: a lab's hosts do the same. */
export interface AptSetup {
  /** The archive's address; undefined when the machine's own sources are not Debian's. */
  readonly archive: string | undefined
  readonly security: string | undefined
  /** Lines of apt.conf that the archive needs, such as a relaxed validity of a snapshot. */
  readonly options: readonly string[]
  /** Servers that the machine asks over TLS. */
  readonly secure: readonly string[]
}

/** One package source of the machine, as apt itself sees it. */
export interface Source {
  readonly uri: string
  readonly release: string
  readonly component: string
  /** Unexpanded (`$(LABEL)`) while apt has no lists yet. */
  readonly label: string
}

/** Asks the machine's apt. */
export const readAptSetup = async (bound: Bound): Promise<AptSetup> => {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT) $(LABEL)'
  const targets = ['indextargets', '--format', format, 'Created-By: Packages']
  const listed = await run('apt-get', targets, bound)
  const options = await run('apt-config', ['dump', '--format', '%f "%v";%n'], bound)
  const found = archives(parseSources(listed))
  return {
    ...found,
    secure: [found.archive, found.security]
      .filter(uri => uri?.startsWith('https:'))
      .map(uri => new URL(uri ?? '').host),
    options: options.split('\n').filter(line => INHERITED.test(line)),
  }
}

// Proxies and certificates are not among them: the machine itself downloads for the hosts.
const INHERITED = /^Acquire::(Check-Valid-Until|Check-Date|Max-FutureTime) /

const parseSources = (listed: string): Source[] =>
  listed
    .split('\n')
    .filter(Boolean)
    .map(line => {
      const [uri = '', release = '', component = '', ...label] = line.split(' ')
      return { uri, release, component, label: label.join(' ') }
    })

/** The addresses of Debian's archives among a machine's sources. */
export const archives = (sources: readonly Source[]): Pick<AptSetup, 'archive' | 'security'> => {
  const debian = sources.filter(isDebian)
  const find = (security: boolean): string | undefined =>
    debian.find(({ release }) => release.endsWith('-security') === security)?.uri
  return { archive: find(false), security: find(true) }
}

const CODENAME = /^(bullseye|bookworm|trixie|forky|sid|(old)?stable|testing|unstable)\b/

const isDebian = ({ uri, release, component, label }: Source): boolean =>
  /^https?:/.test(uri) &&
  component === 'main' &&
  CODENAME.test(release) &&
  (label.startsWith('Debian') || label.startsWith('$('))

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt'
const SHIPPED = '/usr/share/ca-certificates/mozilla'

/** The certificates (PEM) that this machine trusts beyond those that Debian ships. */
export const extraCertificates = async (): Promise<string[]> => {
  const trusted = [BUNDLE, process.env.NODE_EXTRA_CA_CERTS ?? BUNDLE]
  const names = await readdir(SHIPPED).catch(() => [])
  const shipped = new Set(await certificatesIn(names.map(name => join(SHIPPED, name))))
  return [...new Set(await certificatesIn(trusted))].filter(pem => !shipped.has(pem))
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

const certificatesIn = async (files: readonly string[]): Promise<string[]> => {
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8').catch(() => '')))
  return texts.flatMap(text => text.match(CERTIFICATE) ?? []).map(pem => pem.trim())
}
