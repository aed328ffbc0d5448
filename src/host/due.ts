import { constant, lines, sh, type Words } from '../core/shell.ts'
import type { Output } from '../core/wire.ts'
import { UserError } from '../core/error.ts'
import { KEPT } from './kept.ts'

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

/** Forgets all of them. */
export const dueClear = (): Words => lines(KEPT, constant('rm -f "$kept/due" "$kept/due.new"'))

/** Asks for the handlers that an earlier run has notified and not run. */
export const dueRead = (): Words => lines(KEPT, constant('[ ! -e "$kept/due" ] || cat "$kept/due"'))

/** The answer to `dueRead`; names are data from the host and may be of no handler at all. */
export const dueHandlers = ({ code, stdout, stderr }: Output): string[] => {
  if (code !== 0)
    throw new UserError('E_DUE', `the handlers due cannot be read: ${stderr.toString().trim()}`)
  const names = stdout
    .toString('utf8')
    .split('\n')
    .filter(line => line !== '')
  return names.flatMap(line => {
    try {
      const name: unknown = JSON.parse(line)
      return typeof name === 'string' ? [name] : []
    } catch (cause) {
      const hint = 'remove the file "due" on the host if it was changed by hand'
      throw new UserError('E_DUE', `not a handler's name: ${line.slice(0, 80)}`, { hint, cause })
    }
  })
}
