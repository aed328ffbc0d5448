import { answer, path, probeOf, type Answer, type ProbeKind } from '../../core/probe.ts'
import { constant, sh, type Words } from '../../core/shell.ts'
import { readTransaction, reasonIn, SIMULATE, type Step, type Transaction } from '../apt.ts'
import { readFrames, type Frame } from '../frame.ts'
import { readArchives, type Archive } from './archive.ts'
import { readSurroundings, SURROUNDINGS, type Surroundings } from './surroundings.ts'
import { AS_IT_IS, inWorlds, worldWords, type OfWorld } from './world.ts'

/** What apt-get would do, and what the packages hold that it would unpack. */
export type Brings =
  | {
      readonly kind: 'read'
      readonly steps: readonly Step[]
      /** Names that stand for another package that apt chose. */
      readonly chosen: ReadonlyMap<string, string>
      readonly archives: readonly Archive[]
      readonly there: Surroundings
    }
  | {
      /** The packages' archives cannot be had, or not be read. */
      readonly kind: 'unread'
      /** Undefined when not even the package lists can be had. */
      readonly steps: readonly Step[] | undefined
      readonly reason: string
    }
  | Exclude<Transaction, { kind: 'possible' }>

interface Question extends OfWorld {
  /** Words after `apt-get`. */
  readonly words: readonly string[]
}

/** Bytes of one package's files that are read; what is beyond is not known. */
const MOST_CONTENT = 2 * 1024 * 1024

// Files that are read whole, beside the maintainer's scripts.
const READ = ['etc', 'usr/lib/systemd/system', 'usr/lib/sysusers.d', 'usr/lib/tmpfiles.d']
const isRead = (name: string): boolean =>
  READ.some(place => name.startsWith(`/${place}/`) || name.startsWith(`/${withoutUsr(place)}/`))
const withoutUsr = (place: string): string => place.replace(/^usr\//, '')
const PATTERNS = READ.flatMap(place => [`./${place}/*`, `./${withoutUsr(place)}/*`])

/*
 * After the transaction: y NUL and what follows, or n NUL and why. A frame per archive: its number
 * NUL, its listing NUL, the size of the files that are read NUL, their bytes in the listing's order;
 * an empty number ends them. Then a line for each control file (size, archive/name) NUL, and their
 * bytes in that order. As few programs as can be are started for each archive: there are hundreds.
 */
const LIBRARY = constant(`
${SURROUNDINGS}
bring() {
  simulate "$@"
  if [ $interrupted = 1 ] || [ $code != 0 ]; then printf 'n\\0\\0'; return; fi
  archives=$home/cache/archives
  reuse
  if ! said=$(apt-get -c "$home/conf" -d "$@" 2>&1 </dev/null) || ! elsewhere "$@"; then
    rm -f "$archives"/*.deb
    printf 'n\\0%s\\0' "$said"
    return
  fi
  read_archives
  rm -rf "$archives"/*.deb "$home/control"
}
# What the machine has downloaded before need not be downloaded again.
reuse() {
  printf '%s\\n' "$text" | sed -n 's/^Inst \\([^ :]*\\)[^ ]* .*(\\([^ ]*\\) .*/\\1 \\2/p' | sed 's/:/%3a/g' | while read -r name version; do
    for deb in /var/cache/apt/archives/"$name"_"$version"_*.deb; do
      [ ! -r "$deb" ] || ln -s "$deb" "$archives/"
    done
  done
}
# Archives on the machine's own disk are not copied by apt.
elsewhere() {
  wanted=$(printf '%s\\n' "$text" | grep -c '^Inst ')
  [ "$(held)" -lt "$wanted" ] || return 0
  apt-get -c "$home/conf" --print-uris "$@" 2>/dev/null </dev/null |
    sed -n -e 's/%2b/+/g' -e 's/%7e/~/g' -e 's/%3a/:/g' -e 's/%20/ /g' -e 's/%25/%/g' -e "s/^'\\(file\\|copy\\):\\(.*\\)' [^ ]* [^ ]* [^ ]*\$/\\2/p" >"$home/elsewhere"
  while read -r deb; do ln -s "$deb" "$archives/local$(held).deb"; done <"$home/elsewhere"
  [ "$(held)" -ge "$wanted" ] || { said='E: not every archive can be had'; return 1; }
}
held() { set -- "$archives"/*.deb; if [ -e "$1" ]; then echo $#; else echo 0; fi; }
read_archives() {
  printf 'y\\0'
  mkdir -p "$home/control"
  : >"$home/listings"; : >"$home/mentioned"; : >"$home/conditions"
  n=0
  for deb in "$archives"/*.deb; do
    [ -e "$deb" ] || continue
    n=$((n + 1))
    # The size of a listing is bounded by the archive's: it cannot hold more paths than bytes.
    listing=$(dpkg-deb --fsys-tarfile "$deb" | TZ=UTC0 tar -tv --quoting-style=escape) &&
      dpkg-deb -e "$deb" "$home/control/$n" || { printf 'bad\\0%s\\0' "\${deb##*/}"; return; }
    printf '%s\\n' "$listing" >>"$home/listings"
    printf '%s\\0%s\\0' $n "$listing"
    case $listing in
    ${READ.map(place => `*./${place}/*|*./${withoutUsr(place)}/*`).join('|')}) contents "$deb" ;;
    *) printf '0\\0' ;;
    esac
  done
  printf '\\0'
  cd "$home/control"
  set --
  for member in */control */conffiles */preinst */postinst */triggers; do [ ! -f "$member" ] || set -- "$@" "$member"; done
  [ $# = 0 ] || stat -c '%s %n' "$@"
  printf '\\0'
  [ $# = 0 ] || cat "$@"
  mentions */p*inst
  cd /
  surroundings
}
contents() {
  dpkg-deb --fsys-tarfile "$1" | tar -xO --wildcards ${PATTERNS.map(p => `'${p}'`).join(' ')} 2>/dev/null >"$home/read"
  size=$(($(wc -c <"$home/read")))
  [ $size -le ${MOST_CONTENT} ] || size=${MOST_CONTENT}
  printf '%s\\0' $size
  head -c $size "$home/read"
  grep -aoE '^(Condition|Assert)[A-Za-z]+=.+' "$home/read" >>"$home/conditions"
}
sized() { printf '%s\\0' $(($(wc -c <"$1"))); cat "$1"; }
`)

const kind: ProbeKind<Question, Brings> = {
  name: 'apt brings',
  ask: questions =>
    inWorlds(
      constant(`${SIMULATE.text}${LIBRARY.text}`),
      questions.map(({ words, world }) => bringWords(words, worldWords(world))),
    ),
  read: (output, questions) => readFrames(output, questions, frame => [readBrings(frame)]),
  dependsOn: () => [{ realm: 'package', name: '*' }, path('/etc/apt'), path('/var/lib/apt')],
  timeLimit: 1200,
}

const bringWords = (words: readonly string[], world: Words): Words =>
  sh`if ${world}; then printf 'here\0'; bring ${words}; else printf 'nowhere\0%s\0' "$said"; fi`

/**
 * What `apt-get` with these words would bring: its archives are downloaded and read. It costs
 * seconds, and is asked by dry runs alone.
 */
export const brings = ({ words }: { readonly words: readonly string[] }) =>
  probeOf(kind)({ words, world: AS_IT_IS })

const readBrings = (frame: Frame): Answer<Brings> => {
  if (frame.text() === 'nowhere')
    return answer({ kind: 'unread', steps: undefined, reason: said(frame) })
  const { transaction, chosen } = readTransaction(frame)
  const reason = frame.text() === 'n' ? said(frame) : undefined
  if (transaction.kind !== 'answer') return transaction
  const { value } = transaction
  if (value.kind !== 'possible') return answer(value)
  const { steps } = value
  if (reason !== undefined) return answer({ kind: 'unread', steps, reason })
  const archives = readArchives(frame, isRead)
  if (typeof archives === 'string')
    return answer({ kind: 'unread', steps, reason: `${archives} cannot be read` })
  return answer({ kind: 'read', steps, chosen, archives, there: readSurroundings(frame) })
}

/** Apt's complaint. */
const said = (frame: Frame): string => {
  const text = frame.text()
  return (reasonIn(text.split('\n')) ?? text).slice(0, 300)
}
