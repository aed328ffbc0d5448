import { answer, path as place, probeOf, unanswered, type ProbeKind } from '../core/probe.ts'
import { constant, lines, sh, type Words } from '../core/shell.ts'
import { readFrames } from './frame.ts'

/** What can be waited for. */
export type Awaited =
  | { readonly for: 'file' | 'no file'; readonly path: string; readonly regex: string }
  | {
      readonly for: 'port' | 'no port'
      readonly host: string
      readonly port: number
      /** Seconds. */
      readonly timeout: number
    }
  | { readonly for: 'drained'; readonly port: number }

/*
 * Each is 0 for yes, 1 for no, 2 for no way to know. A port of this machine is looked up in the
 * kernel's table, which disturbs nobody; any other is connected to with what the host has.
 */
const LIBRARY = constant(`
file() {
  [ -e "$1" ] || return 1
  [ -z "$2" ] || grep -qE -- "$2" "$1"
}
sockets() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ local _ state _; do
    [ "\${local##*:}" = "$1" ] && printf '%s %s\\n' "\${local%:*}" "$state"
  done
}
listening() {
  sockets "$1" | {
    while read -r address state; do
      [ $state = 0A ] || continue
      case $address in
      00000000|0100007F|00000000000000000000000000000000|00000000000000000000000001000000|0000000000000000FFFF00000100007F) exit 0 ;;
      esac
    done
    exit 1
  }
}
port() {
  case $1 in
  127.0.0.1|localhost|::1) [ ! -r /proc/net/tcp ] || { listening "$(printf %04X "$2")"; return; } ;;
  esac
  if command -v bash >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1; then
    timeout "$3" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null || return 1
  elif command -v nc >/dev/null 2>&1; then
    nc -z -w "$3" "$1" "$2" >/dev/null 2>&1 </dev/null || return 1
  else
    echo "connecting needs bash with timeout, or nc, on the host" >&2
    return 2
  fi
}
drained() {
  [ -r /proc/net/tcp ] || return 2
  [ -z "$(sockets "$(printf %04X "$1")" | grep -v -e ' 0A$' -e ' 06$')" ]
}
`)

const words = (question: Awaited): Words => {
  switch (question.for) {
    case 'file':
      return sh`file ${question.path} ${question.regex}`
    case 'no file':
      return sh`not file ${question.path} ${question.regex}`
    case 'port':
      return sh`port ${question.host} ${question.port} ${question.timeout}`
    case 'no port':
      return sh`not port ${question.host} ${question.port} ${question.timeout}`
    case 'drained':
      return sh`drained ${question.port}`
  }
}

const NOT = constant(
  `not() { "$@"; case $? in 0) return 1 ;; 1) return 0 ;; *) return 2 ;; esac; }`,
)

const kind: ProbeKind<Awaited, boolean> = {
  name: 'awaited',
  ask: questions =>
    lines(LIBRARY, NOT, ...questions.map(question => sh`${words(question)}; printf '%s\0' $?`)),
  read: (output, questions) =>
    readFrames(output, questions, frame => {
      const code = frame.number()
      return [code > 1 ? unanswered('the host has no way to look') : answer(code === 0)]
    }),
  dependsOn: question =>
    'path' in question ? [place(question.path)] : [{ realm: 'kernel', name: '*' }],
  crossesMachines: true,
}

/** Whether it is so now. */
export const awaited = (question: Awaited) => probeOf(kind)(question)

/** Waits until it is so; exit code 1 when the time is over, 2 when there is no way to know. */
export const waitWords = (
  question: Awaited,
  { delay, timeout, sleep }: { delay: number; timeout: number; sleep: number },
): Words =>
  lines(
    LIBRARY,
    NOT,
    sh`sleep ${delay}`,
    sh`until=$(($(date +%s) + ${timeout}))`,
    sh`while :; do
  ${words(question)}
  case $? in 0) exit 0 ;; 2) exit 2 ;; esac
  [ "$(date +%s)" -lt "$until" ] || exit 1
  sleep ${sleep}
done`,
  )
