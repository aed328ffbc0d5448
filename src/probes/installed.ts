import { answer, probeOf, type ProbeKind } from '../core/probe.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { readFrames } from './frame.ts'

/** One installed package. */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  readonly arch: string
  readonly category: string
  readonly source: string
}

const FORMAT = '${db:Status-Status}\\t${Package}\\t${Version}\\t${Architecture}\\t${Section}\\n'

const packagesKind: ProbeKind<null, readonly InstalledPackage[]> = {
  name: 'installed packages',
  ask: () =>
    lines(sh`all=$(dpkg-query -W -f=${FORMAT}) || exit 3`, constant(`printf '%s\\0' "$all"`)),
  read: (output, questions) =>
    readFrames(output, questions, frame => [
      answer(
        frame.lines().flatMap(line => {
          const [status, name = '', version = '', arch = '', category = ''] = line.split('\t')
          return status === 'installed' ? [{ name, version, arch, category, source: 'apt' }] : []
        }),
      ),
    ]),
  dependsOn: () => [{ realm: 'package', name: '*' }],
}

/** Every installed package. */
export const installedPackages = () => probeOf(packagesKind)(null)

/** One service as systemd knows it. */
export interface KnownService {
  readonly name: string
  readonly state: 'running' | 'stopped' | 'failed' | 'unknown'
  readonly status: string
  readonly source: string
}

const servicesKind: ProbeKind<null, readonly KnownService[]> = {
  name: 'services',
  ask: () =>
    lines(
      constant(`files=$(systemctl list-unit-files --type=service --no-legend --no-pager --plain) || exit 3
units=$(systemctl list-units --all --type=service --no-legend --no-pager --plain) || exit 3
printf '%s\\0%s\\0' "$files" "$units"`),
    ),
  read: (output, questions) =>
    readFrames(output, questions, frame => {
      const statuses = new Map(frame.lines().map(line => pair(line, 1)))
      const states = new Map(frame.lines().map(line => [pair(line, 1)[0], line.split(/\s+/)]))
      const names = [...new Set([...statuses.keys(), ...states.keys()])].sort()
      const services = names.map((name): KnownService => {
        const [, load, active, sub] = states.get(name) ?? []
        const status = statuses.get(name) ?? load ?? 'unknown'
        return { name, status, state: stateOf(active, sub), source: 'systemd' }
      })
      return [answer(services)]
    }),
  dependsOn: () => [{ realm: 'unit', name: '*' }],
}

const pair = (line: string, index: number): [string, string] => {
  const words = line.split(/\s+/)
  return [words[0] ?? '', words[index] ?? '']
}

const stateOf = (active: string | undefined, sub: string | undefined): KnownService['state'] => {
  if (active === undefined) return 'unknown'
  if (active === 'failed') return 'failed'
  return sub === 'running' ? 'running' : 'stopped'
}

/** Every service, whether it is loaded or stands on disk alone. */
export const services = () => probeOf(servicesKind)(null)
