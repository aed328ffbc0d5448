import { absent, answer, probeOf, type Answer, type ProbeKind } from '../core/probe.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { readFrames } from './frame.ts'

/** A package that dpkg knows on this machine; absent when nothing of it is there. */
export interface Package {
  /** Empty for a virtual package. */
  readonly version: string
  /** `broken`: unpacked or half installed, which `apt-get install` repairs. */
  readonly state: 'installed' | 'config-files' | 'broken'
  readonly held: boolean
  /** Installed packages that provide it, for a virtual package. */
  readonly providers: readonly string[]
}

interface Known extends Package {
  readonly name: string
  readonly architecture: string
}

/*
 * dpkg-query exits 1 when any name is unknown, which says nothing about the others: a name without
 * a record is absent because the query as a whole came to its end (0 or 1; 2 is a real failure).
 * Names and versions have no tab and no newline, by Debian's policy.
 */
const FORMAT =
  '${Package}\\t${Architecture}\\t${db:Status-Want}\\t${db:Status-Status}\\t${Version}\\n'

const kind: ProbeKind<string, Package> = {
  name: 'package',
  ask: names =>
    lines(
      constant(`command -v dpkg-query >/dev/null || { echo 'no dpkg here' >&2; exit 3; }`),
      sh`known=$(dpkg-query -W -f=${FORMAT} -- ${names} 2>/dev/null); code=$?`,
      constant('[ $code -le 1 ] || { echo "dpkg-query: exit code $code" >&2; exit 3; }'),
      constant('provided='),
      sh`[ $code = 0 ] || provided=$(dpkg-query -W -f=${'${db:Status-Status}\\t${Package}\\t${Provides}\\n'}) || exit 3`,
      constant(`printf '%s\\0' "$(dpkg --print-architecture)" "$known" "$provided"`),
    ),
  read: (output, names) =>
    readFrames(output, names, frame => {
      const native = frame.text().trim()
      const known = frame.lines().flatMap(readRecord)
      const providers = readProviders(frame.lines())
      return names.map(name => find(name, { native, known, providers }))
    }),
  dependsOn: name => [{ realm: 'package', name: bareName(name) }],
}

/** What dpkg knows of a package, by `name` or `name:architecture`. */
export const installedPackage = probeOf(kind)

/** The name without its architecture. */
export const bareName = (name: string): string => name.split(':')[0] ?? name

const readRecord = (line: string): Known[] => {
  const [name = '', architecture = '', wanted = '', status = '', version = ''] = line.split('\t')
  if (status === 'not-installed') return []
  const state = STATES[status] ?? 'broken'
  return [{ name, architecture, version, state, held: wanted === 'hold', providers: [] }]
}

const STATES: Readonly<Record<string, Package['state']>> = {
  installed: 'installed',
  'triggers-awaited': 'installed',
  'triggers-pending': 'installed',
  'config-files': 'config-files',
}

const find = (
  question: string,
  {
    native,
    known,
    providers,
  }: {
    native: string
    known: readonly Known[]
    providers: ReadonlyMap<string, readonly string[]>
  },
): Answer<Package> => {
  const [name = '', architecture = native] = question.split(':')
  const record = known.find(
    p => p.name === name && (p.architecture === architecture || p.architecture === 'all'),
  )
  if (record !== undefined) {
    const { version, state, held } = record
    return answer({ version, state, held, providers: [] })
  }
  const provided = providers.get(name)
  if (provided === undefined) return absent
  return answer({ version: '', state: 'installed', held: false, providers: provided })
}

// `installed<TAB>postfix<TAB>mail-transport-agent, default-mta (= 1)`
const readProviders = (lines: readonly string[]): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  for (const line of lines) {
    const [status = '', name = '', provides = ''] = line.split('\t')
    if (status !== 'installed') continue
    for (const part of provides.split(',')) {
      const virtual = part.trim().split(/[\s:(]/)[0] ?? ''
      if (virtual !== '') found.set(virtual, [...(found.get(virtual) ?? []), name])
    }
  }
  return found
}
