import { asInteger, isTruthy, optional, printValue, TemplateError } from '../../jinja/index.ts'
import { pythonRegex } from '../filters/pythonregex.ts'
import { readOpened, textOption } from './files.ts'
import { isImpure, type Lookup, type LookupCall } from './lookup.ts'

const contentOf = (call: LookupCall, name: string): string =>
  readOpened(call.resolver.surroundings.files.require(name, 'files'), call)

/** `key option=value …`, as terms of older playbooks carry their options. */
const withInlineOptions = (call: LookupCall, term: unknown): { key: string; call: LookupCall } => {
  const [key = '', ...rest] = printValue(term).split(/\s+(?=\w+=)/)
  const options = new Map<string, unknown>(call.options)
  for (const part of rest) {
    const equals = part.indexOf('=')
    options.set(part.slice(0, equals), part.slice(equals + 1))
  }
  return { key, call: { ...call, options } }
}

const ini: Lookup = call => {
  isImpure(call)
  return call.terms.flatMap(term => {
    const { key, call: own } = withInlineOptions(call, term)
    const { options } = own
    const isProperties = textOption(options, 'type', 'ini') === 'properties'
    const section = isProperties ? '' : textOption(options, 'section', 'global')
    const text = contentOf(own, textOption(options, 'file', 'ansible.ini'))
    const values = readIni(text).get(section) ?? new Map<string, string>()
    if (options.has('re') && isTruthy(options.get('re'))) {
      const pattern = pythonRegex(`\\A(?:${key})`)
      return [...values].filter(([name]) => name.search(pattern) !== -1).map(([, value]) => value)
    }
    return [values.get(key.toLowerCase()) ?? textOption(options, 'default', '')]
  })
}

type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>

// Names are compared in lower case; a line that is indented goes on with the value above it.
const readIni = (text: string): Sections => {
  const sections = new Map([['', new Map<string, string>()]])
  let section = ''
  let last = ''
  for (const line of text.split(/\r?\n/)) {
    const values = sections.get(section)
    if (/^\s*(?:[#;]|$)/.test(line)) continue
    const header = /^\[(.+)\]\s*$/.exec(line)
    if (header) {
      section = header[1] ?? ''
      sections.set(section, sections.get(section) ?? new Map<string, string>())
    } else if (/^\s/.test(line) && last !== '')
      values?.set(last, `${values.get(last) ?? ''}\n${line.trim()}`)
    else {
      const [, name = '', value = ''] = /^([^=:]+?)\s*(?:[=:]\s*(.*?)\s*)?$/.exec(line) ?? []
      last = name.toLowerCase()
      values?.set(last, value)
    }
  }
  return sections
}

const csvfile: Lookup = call => {
  isImpure(call)
  return call.terms.flatMap(term => {
    const { key, call: own } = withInlineOptions(call, term)
    const { options } = own
    const named = textOption(options, 'delimiter', 'TAB')
    const delimiter = named === 'TAB' || named === 't' ? '\t' : named
    const rows = readCsv(contentOf(own, textOption(options, 'file', 'ansible.csv')), delimiter)
    const column = (name: string, otherwise: number): number =>
      optional(options.get(name), otherwise, value => asInteger(Number(value), name), name)
    const row = rows.find(cells => cells[column('keycol', 0)] === key)
    if (!row) return options.has('default') ? [options.get('default')] : []
    const cell = row[column('col', 1)]
    if (cell === undefined)
      throw new TemplateError(`the row of "${key}" has no column ${column('col', 1)}`)
    return [cell]
  })
}

const readCsv = (text: string, delimiter: string): readonly (readonly string[])[] => {
  const rows: string[][] = [[]]
  let rest = text
  while (rest !== '') {
    const quoted = /^"((?:[^"]|"")*)"/.exec(rest)
    const end = rest.search(/\r?\n/)
    const line = end === -1 ? rest : rest.slice(0, end)
    const plain = line.split(delimiter, 1)[0] ?? ''
    rows.at(-1)?.push(quoted ? (quoted[1] ?? '').replaceAll('""', '"') : plain)
    rest = rest.slice(quoted ? quoted[0].length : plain.length)
    if (rest.startsWith(delimiter)) rest = rest.slice(delimiter.length)
    else {
      rest = rest.replace(/^[^\n]*\n?/, '')
      if (rest !== '') rows.push([])
    }
  }
  return rows
}

/** Lookups that find a value in a table of a file. */
export const TABLE_LOOKUPS: Readonly<Record<string, Lookup>> = { ini, csvfile }
