import type { Frame } from '../frame.ts'
import { readFiles } from './archive.ts'

/** A package of which something is there before the transaction, which upgrades or removes it. */
export interface Former {
  readonly name: string
  /** Every path that is the package's. */
  readonly paths: readonly string[]
  /** Those that another package has, too: directories. */
  readonly shared: ReadonlySet<string>
  /** Its configuration files with their md5 as they were unpacked. */
  readonly conffiles: ReadonlyMap<string, string>
  readonly control: ReadonlyMap<string, string>
}

/** What on the machine decides how packages are unpacked, and what their scripts find. */
export interface Surroundings {
  /** Directories of the archives that are links on the machine, with where they lead. */
  readonly links: ReadonlyMap<string, string>
  /** Paths that dpkg puts elsewhere, by package: `*` for all but the one that diverts. */
  readonly diversions: readonly {
    readonly from: string
    readonly to: string
    readonly by: string
  }[]
  /** Mode and owners that dpkg keeps for paths. */
  readonly overrides: ReadonlyMap<string, { user: string; group: string; mode: string }>
  /** `path-exclude` and `path-include` of dpkg's configuration, in order. */
  readonly filters: readonly { readonly excludes: boolean; readonly pattern: string }[]
  readonly former: readonly Former[]
  /** Names and paths of triggers, with the installed packages that they set off. */
  readonly triggers: readonly { readonly trigger: string; readonly name: string }[]
  /** Scripts of those packages. */
  readonly triggered: ReadonlyMap<string, string>
  /** Paths that the scripts mention and that are there: d, f or l. */
  readonly there: ReadonlyMap<string, string>
  readonly accounts: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
  /** Whether the machine has a program that may forbid starting services. */
  readonly hasPolicy: boolean
  /** Conditions of units, as `ConditionACPower=true`, and whether they hold now. */
  readonly conditions: ReadonlyMap<string, boolean>
}

// Directories that are links on most machines, and that scripts name as if they were none.
const USUAL_LINKS = '/bin /sbin /lib /lib32 /lib64 /libx32 /var/run /var/lock /etc/mtab'

/*
 * Tables are one line per record, fields apart by tabs; dpkg's own names have none. A former
 * package: name NUL, paths NUL, shared paths NUL, configuration files NUL, then control files.
 */
export const SURROUNDINGS = `
surroundings() {
  info=/var/lib/dpkg/info
  {
    sed -n 's/^d[^ ]* *[^ ]* *[^ ]* *[^ ]* *[^ ]* \\.\\(.*\\)\\/$/\\1/p' "$home/listings"
    printf '%s\\n' ${USUAL_LINKS}
  } | sort -u | while read -r name; do
    [ -n "$name" ] && [ -L "$name" ] && printf '%s\\t%s\\n' "$name" "$(readlink -f "$name")"
  done
  printf '\\0'
  cat /var/lib/dpkg/diversions 2>/dev/null
  printf '\\0'
  cat /var/lib/dpkg/statoverride 2>/dev/null
  printf '\\0'
  cat /etc/dpkg/dpkg.cfg /etc/dpkg/dpkg.cfg.d/* 2>/dev/null | grep -E '^[[:space:]]*path-(ex|in)clude'
  printf '\\0'
  printf '%s\\n' "$text" | sed -n -e 's/^\\(Remv\\|Purg\\) \\([^ ]*\\).*/\\2/p' -e 's/^Inst \\([^ ]*\\) .*/\\1/p' | sort -u >"$home/former"
  while read -r name; do former "$name"; done <"$home/former"
  printf '\\0'
  cat /var/lib/dpkg/triggers/File 2>/dev/null
  for file in /var/lib/dpkg/triggers/*; do
    case \${file##*/} in File|Unincorp|Lock) ;; *) sed "s|^|\${file##*/} |" "$file" ;; esac
  done 2>/dev/null
  printf '\\0'
  sed 's|/.*||' /var/lib/dpkg/triggers/[a-z]* 2>/dev/null >"$home/interested"
  sed -n 's|^.* \\([^ /]*\\).*|\\1|p' /var/lib/dpkg/triggers/File 2>/dev/null >>"$home/interested"
  sort -u "$home/interested" | while read -r name; do
    script=$info/$name.postinst
    [ -f "$script" ] || continue
    printf '%s\\0' "$name"
    sized "$script"
    mentions "$script"
  done
  printf '\\0'
  sort -u "$home/mentioned" | while read -r name; do
    if [ -L "$name" ]; then printf 'l\\t%s\\n' "$name"
    elif [ -d "$name" ]; then printf 'd\\t%s\\n' "$name"
    elif [ -e "$name" ]; then printf 'f\\t%s\\n' "$name"; fi
  done
  printf '\\0'
  cut -d: -f1 /etc/passwd; printf '\\0'
  cut -d: -f1 /etc/group; printf '\\0'
  if [ -x /usr/sbin/policy-rc.d ]; then printf 'yes\\0'; else printf 'no\\0'; fi
  if command -v systemd-analyze >/dev/null; then
    sort -u "$home/conditions" | while read -r line; do
      systemd-analyze condition "$line" >/dev/null 2>&1 </dev/null
      printf '%s\\t%s\\n' $? "$line"
    done
  fi
  printf '\\0'
}
former() {
  list=$info/$1.list
  [ -f "$list" ] || for list in "$info/\${1%:*}":*.list; do [ ! -f "$list" ] || break; done
  [ -f "$list" ] || return 0
  printf '%s\\0' "$1"
  cat "$list"
  printf '\\0'
  for other in "$info"/*.list; do [ "$other" = "$list" ] || printf '%s\\0' "$other"; done | xargs -0 cat | grep -Fx -f "$list" | sort -u
  printf '\\0'
  dpkg-query -W -f='\${Conffiles}\\n' "$1" 2>/dev/null
  printf '\\0'
  for member in prerm postrm triggers; do
    [ -f "\${list%.list}.$member" ] || continue
    printf '%s\\0' $member
    sized "\${list%.list}.$member"
    mentions "\${list%.list}.$member"
  done
  printf '\\0'
}
mentions() { grep -ohE '/[[:alnum:]_.+@:/-]+' "$@" 2>/dev/null | sed -e 's|//*|/|g' -e 's|/$||' >>"$home/mentioned"; }
`

/** Reads what `surroundings` printed. */
export const readSurroundings = (frame: Frame): Surroundings => ({
  links: new Map(records(frame).map(([from = '', to = '']) => [from, to])),
  diversions: diversionsIn(frame.lines()),
  overrides: new Map(frame.lines().flatMap(overrideIn)),
  filters: frame.lines().flatMap(filterIn),
  former: [...formerIn(frame)],
  triggers: frame.lines().map(line => {
    const at = line.lastIndexOf(' ')
    return { trigger: line.slice(0, at), name: line.slice(at + 1).replace(/\/.*$/, '') }
  }),
  triggered: readFiles(frame),
  there: new Map(records(frame).map(([kind = '', name = '']) => [name, kind])),
  accounts: new Set(frame.lines()),
  groups: new Set(frame.lines()),
  hasPolicy: frame.text() === 'yes',
  conditions: new Map(
    records(frame).flatMap(([code, line = '']) =>
      code === '0' || code === '1' ? [[line, code === '0'] as const] : [],
    ),
  ),
})

const records = (frame: Frame): string[][] => frame.lines().map(line => line.split('\t'))

// Three lines each: what is diverted, where to, and by which package (`:` for the administrator).
const diversionsIn = (lines: readonly string[]): Surroundings['diversions'] =>
  lines.flatMap((from, i) => {
    const [to, by] = [lines[i + 1], lines[i + 2]]
    return i % 3 === 0 && to !== undefined && by !== undefined ? [{ from, to, by }] : []
  })

const overrideIn = (line: string) => {
  const [, user = '', group = '', mode = '', path = ''] =
    /^(\S+) (\S+) ([0-7]+) (.*)$/.exec(line) ?? []
  return path === '' ? [] : ([[path, { user, group, mode: mode.padStart(4, '0') }]] as const)
}

const filterIn = (line: string): Surroundings['filters'] => {
  const [, word = '', pattern = ''] = /^\s*path-(ex|in)clude\s*[=\s]\s*(\S+)/.exec(line) ?? []
  return pattern === '' ? [] : [{ excludes: word === 'ex', pattern }]
}

const formerIn = function* (frame: Frame): Generator<Former> {
  for (let name = frame.text(); name !== ''; name = frame.text())
    yield {
      name,
      paths: frame.lines().filter(path => path !== '/.'),
      shared: new Set(frame.lines()),
      conffiles: new Map(
        frame.lines().flatMap(line => {
          const [, path = '', md5 = ''] = /^ ?(\/.*) (\S+)(?: obsolete)?$/.exec(line) ?? []
          return path === '' ? [] : [[path, md5] as const]
        }),
      ),
      control: readFiles(frame),
    }
}
