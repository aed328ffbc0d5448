import { UserError, type Position } from '../core/error.ts'

const RANGE = /\[(\d*|[A-Za-z]):(\d+|[A-Za-z])(?::(\d+))?\]/
const PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d+)$/

/** A name of a host as inventories write it, with the port that may stand behind it. */
export interface HostName {
  readonly name: string
  readonly port: number | undefined
}

/** The hosts of `web[01:20]`, `db-[a:c]`, `n[0:10:2]` or `host:2222`. */
export const expandHosts = (written: string, at: Position): readonly HostName[] =>
  expandRanges(written, at).map(splitPort)

const splitPort = (written: string): HostName => {
  const match = PORT.exec(written)
  if (!match) return { name: written.replace(/^\[(.*:.*)\]$/, '$1'), port: undefined }
  return { name: match[1] ?? match[2] ?? written, port: Number(match[3]) }
}

const expandRanges = (written: string, at: Position): readonly string[] => {
  const match = RANGE.exec(written)
  if (!match) return [written]
  const [whole, first = '', last = '', step = '1'] = match
  const head = written.slice(0, match.index)
  const tail = expandRanges(written.slice(match.index + whole.length), at)
  const members = rangeMembers(first === '' ? '0' : first, last, Number(step))
  if (members === undefined)
    throw new UserError('E_INVENTORY', `"${whole}" is not a range of hosts`, {
      at,
      hint: 'a range runs upwards, over numbers of one width ([01:20]) or letters ([a:c])',
    })
  return members.flatMap(member => tail.map(rest => head + member + rest))
}

const rangeMembers = (first: string, last: string, step: number): string[] | undefined => {
  if (step === 0) return undefined
  const [from, to] = [boundOf(first), boundOf(last)]
  if (from.kind !== to.kind || from.value > to.value) return undefined
  const width = first.length > 1 && first.startsWith('0') ? first.length : 0
  if (width > 0 && width !== last.length) return undefined
  const members: string[] = []
  for (let value = from.value; value <= to.value; value += step)
    members.push(
      from.kind === 'number' ? String(value).padStart(width, '0') : String.fromCharCode(value),
    )
  return members
}

const boundOf = (text: string): { kind: 'number' | 'upper' | 'lower'; value: number } => {
  if (/^\d/.test(text)) return { kind: 'number', value: Number(text) }
  return { kind: /[a-z]/.test(text) ? 'lower' : 'upper', value: text.charCodeAt(0) }
}
