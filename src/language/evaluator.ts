import {
  createEnvironment,
  isTruthy,
  type Environment,
  type Expression,
  type Scope as JinjaScope,
  type Template,
  type TemplateOptions,
} from '../jinja/index.ts'
import { UserError } from '../core/error.ts'
import type { Inputs } from '../core/inputs.ts'
import { userError, type Place } from './errors.ts'
import { FILTERS } from './filters/index.ts'
import { readText } from './load/yaml.ts'
import { looksLikeTemplate } from './load/text.ts'
import { FUNCTIONS } from './lookups/index.ts'
import type { Condition } from './play.ts'
import type { SearchPath } from './searchpath.ts'
import { TESTS } from './tests/index.ts'
import { TemplateText, VaultText } from './value.ts'

/** Opens an encrypted text; throws UserError. */
export type Decrypt = (ciphertext: string, at: VaultText['at']) => string

/** Evaluates templates and conditions, each compiled once. */
export class Evaluator {
  readonly #environment: Environment
  readonly #templates = new WeakMap<TemplateText, Template>()
  readonly #conditions = new WeakMap<Condition, Expression>()
  readonly #opened = new WeakMap<VaultText, string | TemplateText>()
  readonly #decrypt: Decrypt | undefined
  readonly #onSecret: ((text: string) => void) | undefined
  readonly #inputs: Inputs | undefined
  #includes: SearchPath | undefined

  constructor({
    decrypt,
    onSecret,
    inputs,
  }: {
    decrypt: Decrypt | undefined
    onSecret: ((text: string) => void) | undefined
    inputs: Inputs | undefined
  }) {
    this.#decrypt = decrypt
    this.#onSecret = onSecret
    this.#inputs = inputs
    this.#environment = createEnvironment({
      filters: withCollections(FILTERS),
      tests: withCollections(TESTS),
      globals: FUNCTIONS,
      finalize: value => value ?? '',
      loader: name => this.#load(name),
    })
  }

  /** A template's native value where it is a single expression, else its text. */
  evaluate(text: TemplateText, scope: JinjaScope): unknown {
    let template = this.#templates.get(text)
    if (!template) {
      template = this.#environment.template(text.source, { keepBackslashes: true })
      this.#templates.set(text, template)
    }
    return template.evaluate(scope)
  }

  /** Whether a condition holds. Throws UserError. */
  holds(condition: Condition, scope: JinjaScope): boolean {
    const place: Place = (line, column) => placeIn(condition, line, column)
    try {
      const value = this.#compiled(condition).evaluate(scope)
      return isDelimited(condition.source) ? isTrueText(value) : isTruthy(value)
    } catch (error) {
      throw userError(error, place)
    }
  }

  /** A text as it is written; of an encrypted one, what is in it. */
  open(text: TemplateText | VaultText): string | TemplateText {
    if (text instanceof TemplateText) return text
    let opened = this.#opened.get(text)
    if (opened === undefined) {
      const clear = this.#clear(text)
      opened = looksLikeTemplate(clear) ? new TemplateText(clear, text.at) : clear
      this.#opened.set(text, opened)
    }
    return opened
  }

  /** The text of a template file; what it includes is looked for in `includes`. */
  render(
    source: string,
    options: TemplateOptions,
    from: { scope: JinjaScope; includes: SearchPath },
  ): string {
    const outer = this.#includes
    this.#includes = from.includes
    try {
      return this.#environment.template(source, options).render(from.scope)
    } finally {
      this.#includes = outer
    }
  }

  #clear({ ciphertext, at }: VaultText): string {
    if (!this.#decrypt)
      throw new UserError(
        'E_VAULT_PASSWORD',
        'this value is encrypted, and no vault password was given',
        {
          at,
          hint: 'give --vault-password-file FILE',
        },
      )
    const clear = this.#decrypt(ciphertext, at)
    this.#onSecret?.(clear)
    return clear
  }

  #compiled(condition: Condition): Expression {
    const known = this.#conditions.get(condition)
    if (known) return known
    const source = withoutDelimiters(condition)
    const expression = this.#environment.expression(source)
    this.#conditions.set(condition, expression)
    return expression
  }

  #load(name: string): { source: string; name: string } | undefined {
    const file = this.#includes?.find(name, 'templates')
    return file === undefined ? undefined : { source: readText(file, this.#inputs), name: file }
  }
}

const placeIn = ({ at }: Condition, line: number, column: number): Condition['at'] => ({
  file: at.file,
  line: at.line + line - 1,
  column: line === 1 ? at.column + column - 1 : column,
})

const isDelimited = (source: string): boolean => source.includes('{{')

// `when: "{{ x }}"` is read as `when: x`; spaces keep the columns. Anything more would be a text,
// and so always hold.
const withoutDelimiters = ({ source, at }: Condition): string => {
  if (!isDelimited(source)) return source
  const inner = /^\s*\{\{-?([\s\S]*?)-?\}\}\s*$/.exec(source)?.[1]
  if (inner !== undefined && !inner.includes('{{'))
    return source.replace(/\{\{-?/, opening => ' '.repeat(opening.length)).replace(/-?\}\}\s*$/, '')
  throw new UserError('E_CONDITION', 'a condition is an expression: {{ }} inside it makes a text', {
    at,
    hint: 'write the names without {{ }}',
  })
}

// A template gives texts such as 'False' where people mean the boolean.
const isTrueText = (value: unknown): boolean =>
  isTruthy(value) && !(typeof value === 'string' && /^(?:false|no|off)$/i.test(value.trim()))

// `ansible.builtin.bool` is `bool`.
const withCollections = <T>(named: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) =>
      ['', 'ansible.builtin.', 'ansible.utils.', 'ansible.netcommon.'].map(
        collection => [collection + name, value] as const,
      ),
    ),
  )
