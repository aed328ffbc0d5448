import { constant, lines, sh, type Words } from '../core/shell.ts'
import type { Output } from '../core/wire.ts'
import { answer, probeOf, unanswered, type Answer, type Place } from '../core/probe.ts'
import { KEPT, KEPT_PLACE } from './kept.ts'

/*
 * One handler per line, as a JSON string, so that no name can break a line. A new file is renamed
 * into place: a host that dies meanwhile has the old one or the new one.
 */
const ADD = constant(`
[ ! -e "$kept/due" ] || cat "$kept/due" >"$kept/due.new" || exit 1
for name; do
  grep -qxF -e "$name" "$kept/due.new" 2>/dev/null || printf '%s\\n' "$name" >>"$kept/due.new" || exit 1
done
[ ! -e "$kept/due.new" ] || { sync "$kept/due.new" 2>/dev/null || sync; mv -f "$kept/due.new" "$kept/due"; }`)

const REMOVE = constant(`
[ -e "$kept/due" ] || exit 0
: >"$kept/due.new" || exit 1
while IFS= read -r line; do
  gone=0
  for name; do [ "$line" != "$name" ] || gone=1; done
  [ $gone = 1 ] || printf '%s\\n' "$line" >>"$kept/due.new" || exit 1
done <"$kept/due"
if [ -s "$kept/due.new" ]; then mv -f "$kept/due.new" "$kept/due"; else rm -f "$kept/due" "$kept/due.new"; fi`)

const encoded = (handlers: readonly string[]): string[] =>
  handlers.map(handler => JSON.stringify(handler))

/** Notes that the handlers were notified; sent `afterSuccess` in the same write as the change. */
export const dueAdd = (handlers: readonly string[]): Words =>
  lines(sh`set -- ${encoded(handlers)}`, KEPT, ADD)

/** Forgets handlers that have run. */
export const dueRemove = (handlers: readonly string[]): Words =>
  lines(sh`set -- ${encoded(handlers)}`, KEPT, REMOVE)

/** The handlers that an earlier run has notified and not run; reading them makes nothing. */
export const dueProbe = probeOf<null, readonly string[]>({
  name: 'due',
  ask: () => lines(KEPT_PLACE, constant('[ ! -e "$kept/due" ] || cat "$kept/due"')),
  read: output => [readDue(output)],
  // The run itself knows what it notes and forgets meanwhile.
  dependsOn: () => [],
})(null)

/** What noting and forgetting handlers touches. */
export const DUE_PLACE: Place = { realm: 'path', name: '/var/lib/provision' }

/** Names are data from the host, and may be of no handler at all. */
const readDue = ({ code, stdout, stderr }: Output): Answer<readonly string[]> => {
  if (code !== 0) return unanswered(stderr.toString('utf8').trim())
  const written = stdout.toString('utf8').split('\n')
  const names = written.filter(line => line !== '').map(nameIn)
  const broken = names.indexOf(undefined)
  if (broken === -1) return answer(names.filter(name => name !== undefined))
  return unanswered(`its file "due" was changed by hand: ${written[broken]?.slice(0, 80) ?? ''}`)
}

const nameIn = (line: string): string | undefined => {
  try {
    const name: unknown = JSON.parse(line)
    return typeof name === 'string' ? name : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
