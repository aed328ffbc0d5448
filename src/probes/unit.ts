import { UserError } from '../core/error.ts'
import {
  absent,
  answer,
  path,
  probeOf,
  unanswered,
  type Answer,
  type ProbeKind,
} from '../core/probe.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { readFrames } from './frame.ts'

const PROPERTIES = [
  'Id',
  'Names',
  'Description',
  'LoadState',
  'LoadError',
  'ActiveState',
  'SubState',
  'Result',
  'UnitFileState',
  'FragmentPath',
  'NeedDaemonReload',
  'InvocationID',
  'MainPID',
  'ExecMainStatus',
  'NRestarts',
  'Type',
  'RemainAfterExit',
  'CanReload',
  'ReloadResult',
  'ActiveEnterTimestamp',
  'ActiveEnterTimestampMonotonic',
  'StateChangeTimestampMonotonic',
] as const

/** A unit that systemd can load, by systemd's own names; a property it does not have is empty. */
export type Unit = Readonly<Record<(typeof PROPERTIES)[number], string>>

// Where unit files lie, and what else systemd's generators read. Its own NeedDaemonReload knows
// nothing of a directory of drop-ins that is new.
const WATCHED = [
  '/etc/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/etc/init.d',
  '/etc/fstab',
  '/etc/crypttab',
]

const kind: ProbeKind<string, Unit> = {
  name: 'unit',
  ask: names =>
    lines(
      sh`text=$(systemctl show --property=${PROPERTIES.join(',')} -- ${names} 2>&1) || { printf '%s\n' "$text" >&2; exit 3; }`,
      constant(`printf '%s\\0' "$text"`),
    ),
  read: (output, names) =>
    readFrames(output, names, frame =>
      frame
        .text()
        .split(/\n\n+/)
        .map(block => readUnit(block)),
    ),
  // A unit file that was written makes a unit known that was not.
  dependsOn: name => [{ realm: 'unit', name }, ...WATCHED.map(path)],
}

/** A unit by its whole name, such as `nginx.service`; absent when systemd finds no such unit. */
export const unit = probeOf(kind)

/** A unit whose file stands, and that systemd has not looked at yet. */
export const newUnit = (name: string): Unit => ({
  ...(Object.fromEntries(PROPERTIES.map(property => [property, ''])) as Unit),
  Id: name,
  Names: name,
  LoadState: 'loaded',
  ActiveState: 'inactive',
  SubState: 'dead',
  UnitFileState: 'disabled',
  FragmentPath: `/etc/systemd/system/${name}`,
  Type: 'simple',
})

const readUnit = (block: string): Answer<Unit> => {
  const found = new Map(block.split('\n').map(property))
  const value = Object.fromEntries(PROPERTIES.map(name => [name, found.get(name) ?? ''])) as Unit
  if (value.Id === '') return unanswered(block.trim())
  return value.LoadState === 'not-found' ? absent : answer(value)
}

const property = (line: string): [string, string] => {
  const at = line.indexOf('=')
  return [line.slice(0, at), line.slice(at + 1)]
}

const SUFFIX = /\.(service|socket|target|timer|mount|automount|path|slice|scope|swap|device)$/
const VALID = /^[\w:.\\@-]+$/

/** The whole name of a unit: `nginx` is `nginx.service`. Throws UserError for what is no name. */
export const unitName = (name: string): string => {
  const whole = SUFFIX.test(name) ? name : `${name}.service`
  if (name !== '' && VALID.test(whole) && !whole.includes('@.')) return whole
  throw new UserError('E_UNIT_NAME', `"${name}" cannot be the name of a unit`, {
    hint: whole.includes('@.') ? 'name an instance, as in "worker@1.service"' : undefined,
  })
}

/** Every unit file that systemd knows of, by name. */
export const unitNames = () => probeOf(namesKind)(null)

const namesKind: ProbeKind<null, readonly string[]> = {
  name: 'unit names',
  ask: () =>
    lines(
      constant('path=$(systemctl show --property=UnitPath --value) || exit 3'),
      // Systemd itself would look into each file: a quarter of a second of its time.
      constant(`printf '%s\\0' "$(set -f; ls -- $path 2>/dev/null)"`),
    ),
  read: (output, questions) =>
    readFrames(output, questions, frame => [
      answer([...new Set(frame.lines().filter(line => SUFFIX.test(line)))].sort()),
    ]),
  dependsOn: () => [{ realm: 'unit', name: '*' }, ...WATCHED.map(path)],
}

/** Unit files that are newer than what systemd has read, and units that it calls stale itself. */
export const unreadUnits = () => probeOf(unreadKind)(null)

const unreadKind: ProbeKind<null, readonly string[]> = {
  name: 'unread units',
  ask: () =>
    lines(
      // The first is empty until the first daemon-reload, the second on some hosts.
      constant(`for stamp in UnitsLoadTimestamp UnitsLoadStartTimestamp UserspaceTimestamp; do
  read=$(systemctl show --property=$stamp --timestamp=us+utc --value) || exit 3
  [ -z "$read" ] || break
done
[ -n "$read" ] || { echo 'systemd does not say when it read its units' >&2; exit 3; }`),
      sh`set --; for place in ${WATCHED}; do [ ! -e "$place" ] || set -- "$@" "$place"; done`,
      constant('newer=$(find "$@" -newerct "$read") || exit 3'),
      constant(
        `all=$(systemctl show --property=Id,NeedDaemonReload -- '*') || exit 3; printf '%s\\0%s\\0' "$newer" "$all"`,
      ),
    ),
  read: (output, questions) =>
    readFrames(output, questions, frame => {
      const newer = frame.lines()
      const stale = frame.text().split(/\n\n+/).flatMap(staleUnit)
      return [answer([...newer, ...stale])]
    }),
  dependsOn: () => [{ realm: 'unit', name: '*' }, ...WATCHED.map(path)],
}

const staleUnit = (block: string): string[] => {
  const found = new Map(block.split('\n').map(property))
  return found.get('NeedDaemonReload') === 'yes' ? [found.get('Id') ?? ''] : []
}
