import {
  absent,
  account as place,
  answer,
  probeOf,
  type Answer,
  type ProbeKind,
} from '../core/probe.ts'
import { keep, type Secret } from '../core/secret.ts'
import { constant, lines, sh, type Words } from '../core/shell.ts'
import { readFrames } from './frame.ts'

/** A user account. */
export interface Account {
  readonly uid: number
  readonly gid: number
  /** The primary group's name. */
  readonly group: string
  /** Supplementary groups, sorted. */
  readonly groups: readonly string[]
  readonly comment: string
  readonly home: string
  readonly shell: string
  /** Undefined where the one who asks may not read it. */
  readonly shadow: Shadow | undefined
}

/** What /etc/shadow holds of an account. */
export interface Shadow {
  /** The hash; `!` before it locks the password, `!` or `*` alone is no password at all. */
  readonly hash: Secret
  /** Days since 1970 after which nobody can log in; null for never. */
  readonly expires: number | null
}

/** A group of accounts. */
export interface Group {
  readonly gid: number
  /** Those that have it as a supplementary group. */
  readonly members: readonly string[]
}

// getent exits 2 when any of the names is unknown, which says nothing about the others; a name
// without a record in a query that came to its end is absent. 1 and 3 are real failures.
const LIBRARY = constant(`
entries() {
  found=$(getent "$@"); code=$?
  [ $code = 0 ] || [ $code = 2 ] || { echo "getent $1: exit code $code" >&2; exit 3; }
  printf '%s\\0' "$found"
}`)

const shadowWords = (names: readonly string[]): Words =>
  sh`if [ -r /etc/shadow ]; then printf 'yes\0'; entries shadow -- ${names}; else printf 'no\0\0'; fi`

const accountKind: ProbeKind<string, Account> = {
  name: 'account',
  ask: names =>
    lines(LIBRARY, sh`entries passwd -- ${names}`, sh`entries group`, shadowWords(names)),
  read: (output, names) =>
    readFrames(output, names, frame => {
      const passwd = table(frame.lines())
      const groups = frame.lines().map(line => line.split(':'))
      const readable = frame.text() === 'yes'
      const shadow = table(frame.lines())
      return names.map(name =>
        readAccount(passwd.get(name), groups, readable ? shadow.get(name) : undefined),
      )
    }),
  dependsOn: () => [place('*')],
}

/** A user account by its name. */
export const userAccount = probeOf(accountKind)

const table = (found: readonly string[]): Map<string, readonly string[]> =>
  new Map(found.map(line => [line.split(':')[0] ?? '', line.split(':')]))

const readAccount = (
  passwd: readonly string[] | undefined,
  groups: readonly (readonly string[])[],
  shadow: readonly string[] | undefined,
): Answer<Account> => {
  if (passwd === undefined) return absent
  const [name = '', , uid, gid, comment = '', home = '', shell = ''] = passwd
  return answer({
    uid: Number(uid),
    gid: Number(gid),
    group: groups.find(group => group[2] === gid)?.[0] ?? String(gid),
    groups: groups
      .filter(([, , , members]) => members?.split(',').includes(name))
      .map(([group = '']) => group)
      .sort(),
    comment,
    home,
    shell,
    shadow: shadow && {
      hash: keep(shadow[1] ?? ''),
      expires: /^\d+$/.test(shadow[7] ?? '') ? Number(shadow[7]) : null,
    },
  })
}

const groupKind: ProbeKind<string, Group> = {
  name: 'group',
  ask: names => lines(LIBRARY, sh`entries group -- ${names}`),
  read: (output, names) =>
    readFrames(output, names, frame => {
      const found = table(frame.lines())
      return names.map(name => readGroup(found.get(name)))
    }),
  dependsOn: () => [place('*')],
}

/** A group by its name. */
export const userGroup = probeOf(groupKind)

const readGroup = (entry: readonly string[] | undefined): Answer<Group> =>
  entry === undefined
    ? absent
    : answer({
        gid: Number(entry[2]),
        members: (entry[3] ?? '').split(',').filter(member => member !== ''),
      })
