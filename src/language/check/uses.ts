import { analyse, definedWhenTrue, TemplateError, type Analysis } from '../../jinja/index.ts'
import type { Position, UserError } from '../../core/error.ts'
import { userError, type Place } from '../errors.ts'
import type { Condition } from '../play.ts'
import { TemplateText, type Raw } from '../value.ts'

/** What a piece of Jinja uses, and where its lines stand in the user's file. */
export interface Used {
  readonly analysis: Analysis
  readonly place: Place
}

/** A piece of Jinja with a mistake in its syntax. */
export interface Broken {
  readonly error: UserError
}

/** Reads templates and conditions, each once. */
export class Reader {
  readonly #known = new WeakMap<object, Used | Broken>()
  readonly #guards = new WeakMap<Condition, ReadonlySet<string>>()
  readonly #globals: readonly string[]

  /** `globals` are functions, such as `lookup`, that are no variables. */
  constructor(globals: Iterable<string>) {
    this.#globals = [...globals]
  }

  template(text: TemplateText): Used | Broken {
    return this.#read(text, text.source, (line, column) => text.place(line, column))
  }

  condition(condition: Condition): Used | Broken {
    return this.#read(condition, condition.source, (line, column) =>
      inCondition(condition.at, line, column),
    )
  }

  /** A template file's text; the places are the file's own. */
  file(source: string, file: string): Used | Broken {
    return this.#analysed(source, 'template', (line, column) => ({ file, line, column }))
  }

  /** Names that a condition takes care of: its author knows that they may not exist. */
  guardsOf(condition: Condition): ReadonlySet<string> {
    const known = this.#guards.get(condition)
    if (known) return known
    const used = this.condition(condition)
    const names = new Set('error' in used ? [] : definedWhenTrue(condition.source))
    if (!('error' in used))
      for (const { name, guarded } of used.analysis.variables) if (guarded) names.add(name)
    this.#guards.set(condition, names)
    return names
  }

  #read(key: object, source: string, place: Place): Used | Broken {
    const known = this.#known.get(key)
    if (known) return known
    const read = this.#analysed(
      source,
      key instanceof TemplateText ? 'template' : 'expression',
      place,
    )
    this.#known.set(key, read)
    return read
  }

  #analysed(source: string, kind: 'template' | 'expression', place: Place): Used | Broken {
    try {
      return { analysis: analyse(source, kind, { globals: this.#globals }), place }
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      return { error: userError(error, place) as UserError }
    }
  }
}

const inCondition = (at: Position, line: number, column: number): Position => ({
  file: at.file,
  line: at.line + line - 1,
  column: line === 1 ? at.column + column - 1 : column,
})

/** Every template in a value. */
export const templatesIn = (raw: Raw | undefined): readonly TemplateText[] => {
  if (raw instanceof TemplateText) return [raw]
  if (Array.isArray(raw)) return (raw as readonly Raw[]).flatMap(templatesIn)
  return raw instanceof Map ? [...(raw.values() as Iterable<Raw>)].flatMap(templatesIn) : []
}
