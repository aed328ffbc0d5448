import { createHash } from 'node:crypto'
import {
  asInteger,
  asText,
  filterWith,
  isTruthy,
  optional,
  printValue,
  TemplateError,
  type Filter,
} from '../../jinja/index.ts'

import { derived } from './impure.ts'
// The namespace that Ansible's documentation gives for to_uuid.
const NAMESPACE = '361E6D51-FAEC-444A-9079-341386DA8E2E'

const SAFE = /^[\w@%+=:,./-]+$/

/** A text as one word of a POSIX shell. */
const quote = (text: string): string => {
  if (text === '') return "''"
  return SAFE.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`
}

const toUuid = filterWith('namespace', (value, [namespace], context) => {
  const space = optional(namespace, NAMESPACE, asText, 'the namespace').replaceAll('-', '')
  if (!/^[\da-f]{32}$/i.test(space)) throw new TemplateError(`"${space}" is not a UUID`)
  const text = printValue(value)
  const hash = createHash('sha1')
    .update(Buffer.from(space, 'hex'))
    .update(text)
    .digest()
    .subarray(0, 16)
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const uuid = hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return derived(text, uuid, context)
})

const split = filterWith('separator maxsplit', (value, [separator, max]) => {
  const text = asText(value, 'what split takes')
  const limit = optional(max, -1, asInteger, 'maxsplit')
  if (separator === undefined || separator === null) return splitWords(text, limit)
  const by = asText(separator, 'the separator')
  if (by === '') throw new TemplateError('the separator of split is empty')
  const parts = text.split(by)
  if (limit < 0 || parts.length <= limit + 1) return parts
  return [...parts.slice(0, limit), parts.slice(limit).join(by)]
})

const splitWords = (text: string, limit: number): readonly string[] => {
  const words: string[] = []
  let rest = text.trimStart()
  while (rest !== '' && (limit < 0 || words.length < limit)) {
    const [word = ''] = /^\S+/.exec(rest) ?? []
    words.push(word)
    rest = rest.slice(word.length).trimStart()
  }
  return rest === '' ? words : [...words, rest.trimEnd()]
}

interface CommentStyle {
  readonly decoration: string
  readonly beginning?: string
  readonly end?: string
}

const COMMENTS: Readonly<Record<string, CommentStyle>> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
}

const comment: Filter = (value, args, kwargs) => {
  const name = optional(args[0] ?? kwargs.get('style'), 'plain', asText, 'the style')
  const style = COMMENTS[name]
  if (!style)
    throw new TemplateError(`comment knows no style "${name}"`, {
      hint: `known are ${Object.keys(COMMENTS).join(', ')}`,
    })
  const text = (key: string, otherwise: string): string =>
    optional(kwargs.get(key), otherwise, asText, key)
  const count = (key: string): number => optional(kwargs.get(key), 1, asInteger, key)
  const decoration = text('decoration', style.decoration)
  const newline = text('newline', '\n')
  // By default the lines around the text are decorated like empty lines of it.
  const around = (key: 'prefix' | 'postfix'): readonly string[] =>
    Array.from({ length: count(`${key}_count`) }, () => text(key, decoration).trimEnd())
  const lines = printValue(value).split(newline)
  return [
    ...nonEmpty(text('beginning', style.beginning ?? '')),
    ...around('prefix'),
    ...lines.map(line => (decoration + line).trimEnd()),
    ...around('postfix'),
    ...nonEmpty(text('end', style.end ?? '')),
  ].join(newline)
}

const nonEmpty = (line: string): readonly string[] => (line === '' ? [] : [line])

const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']

const humanReadable = filterWith('isbits unit', (value, [isBits, unit]) => {
  const size = Number(printValue(value))
  if (Number.isNaN(size)) throw new TemplateError(`"${printValue(value)}" is not a size`)
  const base = isBits !== undefined && isTruthy(isBits) ? 'bits' : 'Bytes'
  const wanted = unit === undefined || unit === null ? undefined : asText(unit, 'the unit')
  const power =
    wanted === undefined
      ? UNITS.findLastIndex((_, index) => size >= 1024 ** index)
      : UNITS.indexOf(wanted.slice(0, 1).toUpperCase())
  const suffix = base === 'bits' ? 'b' : 'B'
  const index = Math.max(power, 0)
  const name = index === 0 ? base : (UNITS[index] ?? '') + suffix
  return `${(size / 1024 ** index).toFixed(2)} ${name}`
})

const humanToBytes = filterWith('default_unit isbits', (value, [unit]) => {
  const text = printValue(value)
  const [, number = '', letter] = /^\s*(\d*\.?\d*)\s*([A-Za-z]*)\s*$/.exec(text) ?? []
  const named = (letter === '' ? optional(unit, '', asText, 'the unit') : letter) ?? ''
  const power = ['', 'B'].includes(named.toUpperCase())
    ? 0
    : UNITS.indexOf(named.slice(0, 1).toUpperCase())
  if (number === '' || power < 0)
    throw new TemplateError(`"${text}" is not a size`, {
      hint: 'such as 10M or 1.5 GB',
    })
  return Math.round(Number(number) * 1024 ** power)
})

const urlsplit = filterWith('query', (value, [wanted]) => {
  const parts = splitUrl(printValue(value))
  if (wanted === undefined || wanted === '') return parts
  const name = asText(wanted, 'the part')
  if (!parts.has(name))
    throw new TemplateError(`urlsplit knows no part "${name}"`, {
      hint: `known are ${[...parts.keys()].join(', ')}`,
    })
  return parts.get(name)
})

// RFC 3986, appendix B; parts that are missing are empty, or none, as Python has them.
const splitUrl = (url: string): ReadonlyMap<string, unknown> => {
  const [, scheme = '', netloc = '', path = '', query = '', fragment = ''] =
    /^(?:([A-Za-z][\w+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/.exec(url) ??
    []
  const [, username, password, host = '', port] =
    /^(?:([^:@]*)(?::([^@]*))?@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(netloc) ?? []
  return new Map<string, unknown>([
    ['fragment', fragment],
    ['hostname', host === '' ? null : host.replace(/^\[(.*)\]$/, '$1').toLowerCase()],
    ['netloc', netloc],
    ['password', password ?? null],
    ['path', path],
    ['port', port === undefined || port === '' ? null : Number(port)],
    ['query', query],
    ['scheme', scheme.toLowerCase()],
    ['username', username ?? null],
  ])
}

/** Filters over texts. */
export const TEXT_FILTERS: Readonly<Record<string, Filter>> = {
  quote: filterWith('', value => quote(value === null ? '' : printValue(value))),
  split,
  comment,
  to_uuid: toUuid,
  human_readable: humanReadable,
  human_to_bytes: humanToBytes,
  urlsplit,
  urldecode: filterWith('', value => decodeURIComponent(printValue(value).replaceAll('+', ' '))),
  b64encode: filterWith('encoding', value => Buffer.from(printValue(value)).toString('base64')),
  b64decode: filterWith('encoding', value => Buffer.from(printValue(value), 'base64').toString()),
}
