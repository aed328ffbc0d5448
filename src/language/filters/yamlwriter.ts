import { printValue, TemplateError, Trap, typeName, Undefined } from '../../jinja/index.ts'
import { doubleQuoted, scalarForms } from './yamlscalar.ts'

/** How YAML is laid out. */
export interface YamlLayout {
  readonly indent: number
  /** Collections of scalars on one line, as `to_yaml` has them. */
  readonly flowLeaves: boolean
  readonly sortKeys: boolean
  readonly width: number
}

// A key that is longer or has line breaks stands behind `?`.
const LONGEST_SIMPLE_KEY = 127

/** YAML in the layout of PyYAML, so that files written with Ansible come out the same. */
export const writeYaml = (value: unknown, layout: YamlLayout): string => {
  const writer = new YamlWriter(layout)
  writer.node(value, { indent: undefined, inFlow: false, isSequenceInMapping: false })
  return writer.text()
}

interface Where {
  /** Of the collection around the node. */
  readonly indent: number | undefined
  readonly inFlow: boolean
  readonly isSequenceInMapping: boolean
}

class YamlWriter {
  readonly #layout: YamlLayout
  #out = ''
  #column = 0
  // What was written last on the line were only indicators and spaces, so a collection may begin.
  #atStart = true

  constructor(layout: YamlLayout) {
    this.#layout = layout
  }

  text(): string {
    return `${this.#out}\n`
  }

  node(value: unknown, where: Where): void {
    if (value instanceof Trap) value.spring()
    if (value instanceof Undefined) value.raise()
    if (Array.isArray(value)) this.#list(value, where)
    else if (value instanceof Map) this.#dictionary(value, where)
    else this.#scalar(value, where, true)
  }

  #list(items: readonly unknown[], where: Where): void {
    if (where.inFlow || items.length === 0 || this.#isLeaf(items)) {
      this.#flow('[', items, ']', where)
      return
    }
    const indent = where.isSequenceInMapping ? (where.indent ?? 0) : this.#deeper(where.indent)
    for (const item of items) {
      this.#indent(indent)
      this.#indicator('-')
      this.node(item, { indent, inFlow: false, isSequenceInMapping: false })
    }
  }

  #dictionary(dictionary: ReadonlyMap<unknown, unknown>, where: Where): void {
    const keys = this.#keysOf(dictionary)
    if (where.inFlow || keys.length === 0 || this.#isLeaf([...dictionary.values()])) {
      this.#flow('{', keys, '}', where, dictionary)
      return
    }
    const indent = this.#deeper(where.indent)
    const inside = { indent, inFlow: false, isSequenceInMapping: true }
    for (const key of keys) {
      this.#indent(indent)
      this.#key(key, inside)
      this.node(dictionary.get(key), inside)
    }
  }

  #key(key: unknown, where: Where): void {
    const text = typeof key === 'string' ? key : printScalar(key)
    if (text.length <= LONGEST_SIMPLE_KEY && !scalarForms(text).multiline) {
      this.#scalar(key, where, false)
      this.#put(':')
      return
    }
    this.#indicator('?')
    this.#scalar(key, where, true)
    this.#indent(where.indent ?? 0)
    this.#indicator(':')
  }

  #flow(
    open: string,
    items: readonly unknown[],
    close: string,
    where: Where,
    of?: ReadonlyMap<unknown, unknown>,
  ): void {
    const indent = where.indent === undefined ? this.#layout.indent : this.#deeper(where.indent)
    const inside = { indent, inFlow: true, isSequenceInMapping: false }
    this.#space()
    this.#put(open)
    items.forEach((item, index) => {
      if (index > 0) this.#put(',')
      if (this.#column > this.#layout.width) this.#newLine(indent)
      else if (index > 0) this.#put(' ')
      if (!of) {
        this.node(item, inside)
        return
      }
      this.#key(item, inside)
      this.node(of.get(item), inside)
    })
    this.#put(close)
  }

  #scalar(value: unknown, { indent, inFlow }: Where, mayFold: boolean): void {
    this.#space()
    if (typeof value !== 'string') {
      this.#put(printScalar(value))
      return
    }
    const forms = scalarForms(value)
    const folded = { indent: this.#deeper(indent), mayFold }
    if (inFlow ? forms.plainInFlow : forms.plainInBlock) this.#words(value, folded)
    else if (forms.single && (mayFold || !forms.multiline)) {
      this.#put("'")
      this.#words(value.replaceAll("'", "''"), folded)
      this.#put("'")
    } else this.#double(value, folded)
  }

  // A line that has become too long ends at the next single space between words.
  #words(text: string, { indent, mayFold }: Fold): void {
    const pieces = text.match(/\n+| +|[^ \n]+/g) ?? []
    pieces.forEach((piece, index) => {
      const isInside = index > 0 && index < pieces.length - 1
      if (piece.startsWith('\n')) {
        this.#put(`\n${piece}`)
        this.#newLine(indent, false)
      } else if (piece === ' ' && mayFold && isInside && this.#column > this.#layout.width)
        this.#newLine(indent)
      else this.#put(piece)
    })
  }

  #double(text: string, { indent, mayFold }: Fold): void {
    this.#put('"')
    const characters = Array.from(text)
    let pending = ''
    characters.forEach((character, index) => {
      const isInside = index > 0 && index < characters.length - 1
      const isTooLong = this.#column + pending.length > this.#layout.width
      if (mayFold && isInside && character === ' ' && isTooLong) {
        this.#put(`${pending}\\`)
        this.#newLine(indent)
        pending = '\\ '
      } else pending += doubleQuoted(character)
    })
    this.#put(`${pending}"`)
  }

  #isLeaf(items: readonly unknown[]): boolean {
    return (
      this.#layout.flowLeaves && !items.some(item => item instanceof Map || Array.isArray(item))
    )
  }

  #keysOf(dictionary: ReadonlyMap<unknown, unknown>): readonly unknown[] {
    const keys = [...dictionary.keys()]
    return this.#layout.sortKeys ? keys.sort((a, b) => (String(a) < String(b) ? -1 : 1)) : keys
  }

  #deeper(indent: number | undefined): number {
    return indent === undefined ? 0 : indent + this.#layout.indent
  }

  // Behind `-` or `?` the first entry of a collection stands on the same line.
  #indent(indent: number): void {
    if (!this.#atStart || this.#column > indent) this.#newLine(indent)
    else this.#put(' '.repeat(indent - this.#column))
    this.#atStart = true
  }

  #indicator(indicator: string): void {
    this.#put(indicator)
    this.#atStart = true
  }

  #newLine(indent: number, needsBreak = true): void {
    this.#put(`${needsBreak ? '\n' : ''}${' '.repeat(indent)}`)
  }

  #space(): void {
    if (/[^\s[{]$/.test(this.#out)) this.#put(' ')
  }

  #put(text: string): void {
    this.#out += text
    const lineEnd = text.lastIndexOf('\n')
    this.#column = lineEnd === -1 ? this.#column + text.length : text.length - lineEnd - 1
    this.#atStart = false
  }
}

interface Fold {
  readonly indent: number
  readonly mayFold: boolean
}

const printScalar = (value: unknown): string => {
  if (value === null) return 'null'
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value !== 'number')
    throw new TemplateError(`a value of type '${typeName(value)}' cannot be written as YAML`)
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  return printValue(value)
}
