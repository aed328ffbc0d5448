import { absent, answer, path, probeOf, type Answer, type ProbeKind } from '../core/probe.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { Frame, readFrames } from './frame.ts'

/** What sshd makes of its configuration, beside what it makes of some options alone. */
export type Sshd =
  | {
      readonly kind: 'read'
      /** Options whose values differ from those wanted, with both, as `sshd -T` prints them. */
      readonly differing: readonly { name: string; now: string; wanted: string }[]
      /** Files that are newer than the configuration that sshd runs with. */
      readonly unread: readonly string[]
      /** The unit to reload; empty where every connection reads the configuration anew. */
      readonly unit: string
    }
  | { readonly kind: 'refused'; readonly message: string }

interface Question {
  /** Lines of sshd_config(5). */
  readonly text: string
  /** Their names. */
  readonly names: readonly string[]
}

/*
 * sshd itself says what the options mean: its own configuration, the options alone and no option
 * at all are each put through `sshd -T`, and what the options alone change must be in force.
 */
const LIBRARY = constant(`
sshd=$(command -v sshd) || { printf 'missing\\0'; exit 0; }
now=$($sshd -T 2>&1) || { printf 'sshd -T: %s\\n' "$now" >&2; exit 3; }
none=$($sshd -T -f /dev/null 2>&1) || { printf 'sshd -T: %s\\n' "$none" >&2; exit 3; }
unit= since=
# Of each an empty line, and a line for each property.
while IFS= read -r line; do
  case $line in
    '') id= at= is=;;
    Id=*) id=\${line#*=};;
    ActiveState=*) is=\${line#*=};;
    StateChangeTimestamp=*) at=\${line#*=};;
  esac
  if [ -z "$unit" ] && [ "$is" = active ] && [ -n "$id" ] && [ -n "$at" ]; then unit=$id since=$at; fi
done <<END

$(systemctl show --property=Id,ActiveState,StateChangeTimestamp --timestamp=us+utc -- ssh.service sshd.service 2>/dev/null)
END
unread=
if [ -n "$unit" ]; then
  unread=$(find /etc/ssh/sshd_config /etc/ssh/sshd_config.d -newerct "$since" 2>/dev/null)
fi
printf 'present\\0%s\\0%s\\0%s\\0%s\\0' "$unit" "$unread" "$now" "$none"
alone() {
  said=$(printf '%s' "$1" | $sshd -T -f /dev/stdin 2>&1); code=$?
  printf '%s\\0%s\\0' $code "$said"
}`)

const kind: ProbeKind<Question, Sshd> = {
  name: 'sshd',
  ask: questions => lines(LIBRARY, ...questions.map(({ text }) => sh`alone ${text}`)),
  read(output, questions) {
    if (output.code === 0 && output.stdout.toString('latin1') === 'missing\0')
      return questions.map(() => absent)
    return readFrames(output, questions, frame => readAll(frame, questions))
  },
  dependsOn: () => [
    path('/etc/ssh'),
    path('/usr/sbin/sshd'),
    { realm: 'package', name: 'openssh-server' },
    { realm: 'unit', name: '*' },
  ],
}

/** Whether options are in force; absent where there is no sshd. */
export const sshdOptions = probeOf(kind)

const readAll = (frame: Frame, questions: readonly Question[]): Answer<Sshd>[] => {
  frame.text()
  const unit = frame.text()
  const unread = frame.lines()
  const [now, none] = [settings(frame.text()), settings(frame.text())]
  return questions.map(({ names }) => {
    const code = frame.number()
    const said = frame.text()
    if (code !== 0)
      return answer({ kind: 'refused', message: said.trim().replaceAll(/\/dev\/stdin:? /g, '') })
    const wanted = settings(said)
    const differing = [...wanted]
      .filter(([name, value]) => names.includes(name) || none.get(name) !== value)
      .filter(([name, value]) => !holds(now.get(name), value))
      .map(([name, value]) => ({ name, now: now.get(name) ?? '', wanted: value }))
    return answer({ kind: 'read', differing, unread, unit })
  })
}

// Options that may stand several times (AcceptEnv, ListenAddress) add up over all files.
const holds = (now: string | undefined, wanted: string): boolean => {
  const lines = now?.split('\n') ?? []
  return wanted.split('\n').every(line => lines.includes(line))
}

// `port 22`; an option given several times, as `acceptenv`, stands on several lines.
const settings = (text: string): Map<string, string> => {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const at = line.indexOf(' ')
    if (at < 0) continue
    // Lower-case until OpenSSH 10.
    const [name, value] = [line.slice(0, at).toLowerCase(), line.slice(at + 1)]
    const before = found.get(name)
    found.set(name, before === undefined ? value : `${before}\n${value}`)
  }
  return found
}
