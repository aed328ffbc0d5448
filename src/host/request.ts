import { UserError } from '../core/error.ts'
import { quote } from '../core/shell.ts'
import type { Request } from '../core/wire.ts'

/** Bytes to send for one request; a source is streamed between `head` and `tail`. */
export interface Encoded {
  readonly head: Buffer
  readonly tail: Buffer
}

interface Flags {
  /** The first of a run forgets the failures of earlier runs. */
  readonly first: boolean
  /** LC_ALL is of our own making in this shell and no part of the account's environment. */
  readonly ownLocale: boolean
}

const VARIABLE = /^[A-Za-z_]\w*$/

/** A request as the driver reads it. */
export const encode = (id: number, request: Request, { first, ownLocale }: Flags): Encoded => {
  const { script, source, environment, afterSuccess, codes = [0] } = request
  const text = Buffer.from(`${exports(environment ?? {})}${script.text}`)
  if (text.includes(0)) throw new UserError('E_NUL', 'a script cannot hold a NUL character')
  const input = source ? undefined : script.input
  const size = source?.size ?? input?.length ?? 0
  const flags = [
    first && 'f',
    afterSuccess && 'a',
    source && 's',
    environment && (ownLocale ? 'eu' : 'e'),
  ]
  const word = flags.filter(flag => typeof flag === 'string').join('') || '-'
  const good = codes === 'any' ? 'any' : codes.join(',')
  const header = `${id} ${text.length} ${size} ${word} ${good}\n`
  const end = Buffer.from(`${id}\n`)
  const head = Buffer.concat([Buffer.from(header), text, input ?? Buffer.alloc(0), end])
  return { head, tail: source ? end : Buffer.alloc(0) }
}

const exports = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => {
      if (VARIABLE.test(name)) return `export ${name}=${quote(value)}\n`
      throw new UserError('E_VARIABLE_NAME', `${JSON.stringify(name)} cannot name a variable`, {
        hint: 'an environment variable has letters, digits and underscores',
      })
    })
    .join('')
