import type { Effect } from '../../core/change.ts'
import { probeOf, type Probe } from '../../core/probe.ts'
import { constant, lines, sh, type Words } from '../../core/shell.ts'

/** A package that an earlier task of a dry run would have installed or removed. */
export interface Pending {
  /** With its architecture where that is not the machine's own. */
  readonly name: string
  /** Null when it is removed. */
  readonly version: string | null
  /** Came along with another, so that apt may remove it when nothing needs it any more. */
  readonly auto: boolean
  /** Where it is removed: whether its configuration files stay. */
  readonly kept: boolean
  /** The `.deb` file on the machine that it comes from; empty for an archive's. */
  readonly file: string
}

/** What apt is asked about: the machine as it is, or as a dry run has modelled it so far. */
export interface AptWorld {
  /** Whether an earlier task would have fetched the package lists anew. */
  readonly fetched: boolean
  readonly pending: readonly Pending[]
}

/** The machine as it is. */
export const AS_IT_IS: AptWorld = { fetched: false, pending: [] }

/** A question whose answer depends on package lists and installed packages. */
export interface OfWorld {
  readonly world: AptWorld
}

/** Kinds of questions that are asked about a world: no other effect answers them. */
export const ABOUT_WORLD: ReadonlySet<string> = new Set([
  'apt readiness',
  'apt transaction',
  'apt brings',
  'database engines',
])

/** Later questions are asked about another world. */
export const worldBecomes = (alter: (world: AptWorld) => AptWorld): Effect => ({
  kind: 'asks',
  instead(probe: Probe<unknown>) {
    if (!ABOUT_WORLD.has(probe.kind.name)) return probe
    const question = probe.question as OfWorld
    return probeOf(probe.kind)({ ...question, world: alter(question.world) })
  },
})

/** The world once these packages have been installed or removed. */
export const withPending =
  (more: readonly Pending[]) =>
  (world: AptWorld): AptWorld => {
    const names = new Set(more.map(({ name }) => name))
    return { ...world, pending: [...world.pending.filter(p => !names.has(p.name)), ...more] }
  }

/*
 * Apt in a world of its own: nothing outside `home`, which goes with the shell that runs this, is
 * written: neither lists, caches nor logs. Programs that the host's configuration hangs onto apt
 * are left out. The file of settings is read after the host's own, which APT_CONFIG is not.
 */
const LIBRARY = constant(`
home=\${provision_script%/*}/apt
if ! [ -d "$home" ]; then
  mkdir -p "$home/cache/archives" "$home/log" "$home/lists" || exit 3
  # Apt downloads as an account of its own, which has to get there.
  chmod 711 "\${home%/*}" || exit 3
fi
# The host's own caches serve, also those that its apt has made since the last question.
for cache in pkgcache srcpkgcache; do
  own="$home/cache/$cache.bin"
  [ -r /var/cache/apt/$cache.bin ] || continue
  [ -e "$own" ] && ! [ /var/cache/apt/$cache.bin -nt "$own" ] || ln -sf /var/cache/apt/$cache.bin "$own"
done
settings() {
  cat >"$home/conf" <<END
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Post-Invoke-Stats;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear AptCli::Hooks;
Dir::State::lists "$1";
Dir::State::status "$2";
Dir::State::extended_states "$3";
Dir::Cache "$home/cache/";
Dir::Cache::archives "$home/cache/archives/";
Dir::Cache::pkgcache "$home/cache/pkgcache.bin";
Dir::Cache::srcpkgcache "$home/cache/srcpkgcache.bin";
Dir::Log "$home/log/";
Dir::Log::Planner "eipp.log";
Debug::NoLocking "true";
Acquire::GzipIndexes "true";
quiet "2";
END
}
# Fetches the package lists, once for all that asks after it; without descriptions, which a setting
# for all would take out of the host's cache, too, so that it had to be built anew.
fetched() {
  [ ! -e "$home/fetched" ] || return 0
  settings "$home/lists/" /var/lib/dpkg/status /var/lib/apt/extended_states
  said=$(apt-get -c "$home/conf" -o quiet=1 -o Acquire::Languages=none -o APT::Update::Error-Mode=any update 2>&1 </dev/null) || return 1
  : >"$home/fetched"
}
# dpkg's status as it will be: the stanzas of the packages that come are those of the lists.
pending() {
  [ "$*" != "$(cat "$home/pending" 2>/dev/null)" ] || return 0
  native=$(dpkg --print-architecture)
  : >"$home/names"; : >"$home/more"; : >"$home/autos"
  given=$*
  specs=
  while [ $# -gt 0 ]; do
    name=$1 version=$2 auto=$3 kept=$4 file=$5; shift 5
    case $name in *:*) key="\${name%:*} \${name#*:}" ;; *) key="$name $native" ;; esac
    printf '%s %s\\n' "$key" "$kept" >>"$home/names"
    [ $auto = no ] || printf 'Package: %s\\nArchitecture: %s\\nAuto-Installed: 1\\n\\n' $key >>"$home/autos"
    if [ -n "$file" ]; then { dpkg-deb -f "$file"; echo; } >>"$home/more" || return 1
    elif [ -n "$version" ]; then specs="$specs $name=$version"; fi
  done
  # Names and versions have no character that the shell would take for another.
  if [ -n "$specs" ]; then apt-cache -c "$home/conf" show $specs >>"$home/more" || return 1; fi
  awk -v native="$native" -v names="$home/names" '
    BEGIN {
      while ((getline line <names) > 0) { split(line, f, " "); touched[f[1] " " f[2]] = f[3] }
      RS = ""; ORS = "\\n\\n"
    }
    {
      count = split($0, field, "\\n"); name = arch = ""
      for (i = 1; i <= count; i++) {
        if (field[i] ~ /^Package: /) name = substr(field[i], 10)
        if (field[i] ~ /^Architecture: /) arch = substr(field[i], 15)
      }
      key = name " " (arch == "all" ? native : arch)
      if (!(key in touched)) print
      else if (touched[key] == "yes") { sub(/\\nStatus: [^\\n]*/, "\\nStatus: deinstall ok config-files"); print }
    }' /var/lib/dpkg/status >"$home/status" || return 1
  sed -e '/^Status:/d' -e 's/^Package: .*/&\\nStatus: install ok installed/' "$home/more" >>"$home/status"
  { cat /var/lib/apt/extended_states 2>/dev/null; echo; cat "$home/autos"; } >"$home/states"
  printf '%s' "$given" >"$home/pending"
}
# world LISTS [NAME VERSION AUTO KEPT FILE]...; says why in $said where it cannot be had.
world() {
  lists=$1; shift
  at=/var/lib/apt/lists/
  if [ $lists = fetched ]; then fetched || return 1; at=$home/lists/; fi
  settings "$at" /var/lib/dpkg/status /var/lib/apt/extended_states
  [ $# -gt 0 ] || return 0
  said=$(pending "$@" 2>&1) || return 1
  settings "$at" "$home/status" "$home/states"
}`)

/** Defines `world`, and `home`, a directory that lives as long as the shell. */
const WORLD_LIBRARY: Words = LIBRARY

/** The words after which apt's tools, given `-c "$home/conf"`, work in that world. */
export const worldWords = ({ fetched, pending }: AptWorld): Words =>
  sh`world ${fetched ? 'fetched' : 'own'} ${pending.flatMap(wordsOf)}`

const wordsOf = ({ name, version, auto, kept, file }: Pending): string[] => [
  name,
  version ?? '',
  auto ? 'yes' : 'no',
  kept ? 'yes' : 'no',
  file,
]

/** One after the other: the library, and what each question runs. */
export const inWorlds = (library: Words, each: readonly Words[]): Words =>
  lines(WORLD_LIBRARY, library, ...each)
