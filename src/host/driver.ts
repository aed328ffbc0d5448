import { quote } from '../core/shell.ts'

/** Output of one request beyond this many bytes (256 MiB) fails by name: it is kept in memory. */
export const OUTPUT_LIMIT = 256 * 1024 * 1024

/** What the driver itself cannot work without; `head` and `dd` replace each other. */
const NEEDED = ['mktemp', 'wc', 'rm', 'cat', 'setsid', 'mkdir'] as const

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

// The program goes through the account's login shell, whatever that is: it has no single quote (all
// shells), no newline (csh) and no doubled backslash (fish).
const program = (text: string): string => {
  const lines = text.split('\n').map(line => line.trim())
  const joined = lines
    .filter(line => line !== '')
    .reduce((all, line) => `${all}${/(\b(then|do|else|in)|;;)$/.test(all) ? ' ' : '; '}${line}`)
  if (/'|\\\\/.test(joined)) throw new Error('the driver is unfit for some login shells')
  return joined
}

/*
 * What is large is read by dd, where it takes no more than it is told: `head` reads little at a time.
 *
 * $0 is the greeting, $1 the runner. Per request it reads
 *   ID SCRIPT_BYTES INPUT_BYTES FLAGS GOOD_CODES \n  script  [input]  ID \n  [streamed input  ID \n]
 * and answers  A ID CODE OUT_BYTES ERR_BYTES START END \n  out  err  (L in place of A, and no bytes:
 * too much output). Flags: f first of a run, a after success only, s streamed input, e the user's
 * own command, - none.
 *
 * The repeated ID proves that all bytes came: a script cut short by a dying connection never runs.
 * Output files are opened for reading before the script starts, so that one that cleans /tmp keeps
 * its output; each request has its own, so that a late writer cannot reach the next one's. They are
 * emptied after each request, which takes no process, and removed after many. They are emptied with
 * `true`: a redirection that fails at a special built-in, as `:` is, ends the shell. What has come
 * into the place of a directory that was cleaned away can be anybody's: only what was made here and
 * has been open since is used.
 */
const DRIVER = program(`
  login=$PATH
  mask=$(umask)
  PATH=$PATH:${SYSTEM_PATH}
  umask 077
  cd /
  lacks=
  for t in ${NEEDED.join(' ')}; do command -v $t >/dev/null 2>&1 || lacks=$lacks,$t; done
  leaves() { read -r t && [ "$t" = $1 ]; }
  if printf "abcdef\\n" | { head -c 3 >/dev/null 2>&1; leaves def; }; then
  reader=head
  rd() { if [ $1 -gt 1048576 ] && large; then dd bs=65536 count=$1 iflag=fullblock,count_bytes 2>/dev/null; else head -c $1; fi; }
  large() { printf "abcdef\\n" | { dd bs=65536 count=3 iflag=fullblock,count_bytes >/dev/null 2>&1; leaves def; }; }
  elif printf "abcdef\\n" | { dd bs=3 count=1 iflag=fullblock >/dev/null 2>&1; leaves def; }; then
  reader=dd
  rd() { [ $1 -lt 65536 ] || dd bs=65536 count=$(($1 / 65536)) iflag=fullblock 2>/dev/null; [ $(($1 % 65536)) = 0 ] || dd bs=$(($1 % 65536)) count=1 iflag=fullblock 2>/dev/null; }
  elif printf "abcdef\\n" | { dd bs=1 count=3 >/dev/null 2>&1; leaves def; }; then
  reader=dd1
  rd() { dd bs=1 count=$1 2>/dev/null; }
  else
  reader=none
  lacks=$lacks,head
  fi
  [ -e /proc/self/fd ] || lacks=$lacks,/proc
  at() { mktemp -d "$1/.provision.XXXXXXXX" 2>/dev/null; }
  files() { d=$(at "\${TMPDIR:-/tmp}") || d=$(at /tmp) && exec 4<"$d"; }
  inputs() { i=$(at /dev/shm) || i=$d; exec 9<"$i"; }
  i=
  files || lacks=$lacks,/tmp
  empty() { for f; do [ ! -f "$f" ] || true >"$f"; done; }
  sweep() { rm -f $own/4/[0-9]*.* \${i:+$own/9/[0-9]*.*}; used=0; }
  own=/proc/self/fd
  used=0
  clean() { empty $own/4/$id.* \${i:+$own/9/$id.*}; used=$(($used + 1)); [ $used -lt 64 ] || sweep; }
  bye() { cd /; rm -rf "$d" \${i:+"$i"}; }
  trap bye 0
  trap exit HUP INT TERM PIPE
  run() { setsid sh -c "$runner" sh "$d/$id.s" "$fl" "$login" $mask $id 3>&1 >"$d/$id.o" 2>"$d/$id.e" 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-; }
  runner=$1
  bad=0
  printf "%s ready %s %s %s %s\\n" "$0" $$ $reader "\${lacks:--}" "$d"
  [ -z "$lacks" ] || exit 1
  while read -r id ns ni fl good; do
  [ "$d" -ef /proc/self/fd/4 ] || files || exit 1
  case $fl in *f*) bad=0;; esac
  rd $ns >"$d/$id.s"
  case $fl:$ni in
  *s*|*:0) ;;
  *) { [ -n "$i" ] && [ "$i" -ef /proc/self/fd/9 ]; } || inputs || exit 1; rd $ni >"$i/$id.i" ;;
  esac
  read -r t && [ "$t" = $id ] || exit 1
  case $bad$fl in 1*a*) skip=1;; *) skip=0;; esac
  if [ $skip = 1 ]; then
  case $fl in *s*) rd $ni >/dev/null; read -r t && [ "$t" = $id ] || exit 1;; esac
  printf "A %s -1 0 0 0 0\\n" $id
  clean
  continue
  fi
  : >"$d/$id.o"
  : >"$d/$id.e"
  exec 5<"$d/$id.o" 6<"$d/$id.o" 7<"$d/$id.e" 8<"$d/$id.e"
  t0=0
  t1=0
  { read -r t0 t </proc/uptime; } 2>/dev/null
  case $fl:$ni in
  *s*) rd $ni | { run; c=$?; cat >/dev/null; exit $c; } ;;
  *:0) run </dev/null ;;
  *) run <"$i/$id.i" ;;
  esac
  c=$?
  { read -r t1 t </proc/uptime; } 2>/dev/null
  case $fl in *s*) read -r t && [ "$t" = $id ] || exit 1;; esac
  case ,$good, in *,any,*|*,$c,*) ;; *) bad=1;; esac
  no=0
  ne=0
  [ -s "$d/$id.o" ] || [ ! -e "$d/$id.o" ] && no=$(wc -c <&5)
  [ -s "$d/$id.e" ] || [ ! -e "$d/$id.e" ] && ne=$(wc -c <&7)
  no=$(($no))
  ne=$(($ne))
  if [ $no -gt ${OUTPUT_LIMIT} ] || [ $ne -gt ${OUTPUT_LIMIT} ]; then
  printf "L %s %s %s %s %s %s\\n" $id $c $no $ne $t0 $t1
  else
  printf "A %s %s %s %s %s %s\\n" $id $c $no $ne $t0 $t1
  [ $no = 0 ] || rd $no <&6
  [ $ne = 0 ] || rd $ne <&8
  fi
  exec 5<&- 6<&- 7<&- 8<&-
  clean
  done
`)

/*
 * $1 script file, $2 flags, $3 the login's PATH, $4 its umask, $5 the request's id. It leads a
 * session of its own, whose id it announces on the stream before anything of the script runs.
 */
const RUNNER = program(`
  printf "P %s %s\\n" $5 $$ >&3
  exec 3>&-
  case $2 in *e*) PATH=$3; umask $4; cd "\${HOME:-/}" 2>/dev/null || cd /;; *) LC_ALL=C; export LC_ALL; umask 022;; esac
  unset OLDPWD
  case $2 in *u*) unset LC_ALL;; esac
  provision_script=$1
  set --
  . "$provision_script"
`)

/** The words that start the driver; it greets with `greeting`, which tells its output from noise. */
export const driverWords = (greeting: string): string =>
  `sh -c ${quoteConstant(DRIVER)} ${quote(greeting)} ${quoteConstant(RUNNER)}`

const quoteConstant = (text: string): string => `'${text}'`
