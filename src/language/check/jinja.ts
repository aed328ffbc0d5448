import { UserError, type Position } from '../../core/error.ts'
import { didYouMean } from '../../core/nearest.ts'
import type { CallUse, NamedUse, VariableUse } from '../../jinja/index.ts'
import type { Mistakes } from '../load/mistakes.ts'
import type { Condition } from '../play.ts'
import { TemplateText, type Raw } from '../value.ts'
import type { SiteScope } from './scope.ts'
import { templatesIn, type Broken, type Reader, type Used } from './uses.ts'

/** Names that templates may use, and what is in the inventory. */
export interface KnownNames {
  readonly filters: ReadonlySet<string>
  readonly tests: ReadonlySet<string>
  readonly lookups: ReadonlySet<string>
  /** Groups and hosts; undefined when tasks can add some. */
  readonly groups: ReadonlySet<string> | undefined
  readonly hosts: ReadonlySet<string> | undefined
}

/** How a piece of Jinja is looked at. */
export interface Look {
  readonly scope: SiteScope
  /** Names that may be undefined here without harm. */
  readonly guards: ReadonlySet<string>
  /** Nothing undefined does harm here: the failure is ignored, or another text is shown. */
  readonly toleratesUndefined: boolean
}

const LOOKUPS = new Set(['lookup', 'query', 'q'])
const COLLECTION = /^(?:ansible|community)\.\w+\./

/** Checks templates and conditions: syntax, names of filters, tests and lookups, and variables. */
export class JinjaCheck {
  readonly #reader: Reader
  readonly #known: KnownNames
  readonly #mistakes: Mistakes
  readonly #named = new WeakSet()
  /** Values of variables that were looked into already. */
  readonly #followed = new WeakSet()

  constructor(reader: Reader, known: KnownNames, mistakes: Mistakes) {
    this.#reader = reader
    this.#known = known
    this.#mistakes = mistakes
  }

  raw(raw: Raw | undefined, look: Look): void {
    for (const text of templatesIn(raw)) this.#used(this.#reader.template(text), look)
  }

  /** Checks conditions in order: what one takes care of does no harm in the next. */
  conditions(conditions: readonly Condition[] | undefined, look: Look): void {
    const guards = new Set(look.guards)
    for (const condition of conditions ?? []) {
      this.#used(this.#reader.condition(condition), { ...look, guards })
      for (const name of this.#reader.guardsOf(condition)) guards.add(name)
    }
  }

  /** The names that conditions take care of. */
  guardsOf(conditions: readonly Condition[]): ReadonlySet<string> {
    return new Set(conditions.flatMap(condition => [...this.#reader.guardsOf(condition)]))
  }

  /** Everything but variables: for values that may never be used. */
  syntax(raw: Raw | undefined): void {
    for (const text of templatesIn(raw)) this.#names(this.#reader.template(text))
  }

  file(used: Used | Broken, look: Look): void {
    this.#used(used, look)
  }

  #used(used: Used | Broken, look: Look): void {
    this.#names(used)
    if ('error' in used || look.toleratesUndefined) return
    for (const variable of used.analysis.variables) this.#variable(variable, used, look)
  }

  #names(used: Used | Broken): void {
    if (this.#named.has(used)) return
    this.#named.add(used)
    if ('error' in used) {
      this.#mistakes.add(used.error)
      return
    }
    const { analysis, place } = used
    const report = (kind: Kind, uses: readonly NamedUse[], known: ReadonlySet<string>): void => {
      for (const { name, line, column } of uses)
        if (!known.has(name.replace(COLLECTION, '')))
          this.#mistakes.add(unknownName(kind, name, { known, at: place(line, column) }))
    }
    report('filter', analysis.filters, this.#known.filters)
    report('test', analysis.tests, this.#known.tests)
    report('lookup', analysis.calls.flatMap(lookupIn), this.#known.lookups)
  }

  #variable(use: VariableUse, { place }: Used, look: Look): void {
    const { name, path, guarded, line, column } = use
    if (guarded || look.guards.has(name)) return
    const at = place(line, column)
    if (!look.scope.has(name)) {
      this.#mistakes.add(
        new UserError('E_UNDEFINED', `the variable "${name}" is defined nowhere`, {
          at,
          hint: look.scope.hint(name),
        }),
      )
      return
    }
    this.#member(name, path[0], at)
    this.#follow(name, look)
  }

  // `groups.web` and `hostvars.web1`: what is in them is known.
  #member(name: string, member: string | undefined, at: Position): void {
    const known =
      name === 'groups' ? this.#known.groups : name === 'hostvars' ? this.#known.hosts : undefined
    if (known === undefined || member === undefined || known.has(member)) return
    if (DICTIONARY_METHODS.has(member)) return
    const what = name === 'groups' ? 'group' : 'host'
    this.#mistakes.add(
      new UserError('E_UNDEFINED', `the inventory has no ${what} "${member}"`, {
        at,
        hint: didYouMean(member, known),
      }),
    )
  }

  // Of several values only a run knows which one counts.
  #follow(name: string, look: Look): void {
    const [value, ...others] = look.scope.values(name)
    if (others.length > 0 || typeof value !== 'object' || value === null) return
    if (this.#followed.has(value)) return
    this.#followed.add(value)
    this.raw(value, look)
  }
}

const DICTIONARY_METHODS = new Set(['get', 'items', 'keys', 'values'])

type Kind = 'filter' | 'test' | 'lookup'

const CODES = { filter: 'E_UNKNOWN_FILTER', test: 'E_UNKNOWN_TEST', lookup: 'E_UNKNOWN_LOOKUP' }

const unknownName = (
  kind: Kind,
  name: string,
  { known, at }: { known: ReadonlySet<string>; at: Position },
): UserError =>
  new UserError(CODES[kind], `there is no ${kind} "${name}"`, { at, hint: didYouMean(name, known) })

const lookupIn = ({ name, args, line, column }: CallUse): readonly NamedUse[] => {
  const first = args?.[0]
  return LOOKUPS.has(name) && typeof first === 'string' ? [{ name: first, line, column }] : []
}

/** A text that is an expression without braces, such as what `assert` takes. */
export const conditionsOf = (raw: Raw | undefined, at: Position): readonly Condition[] => {
  if (typeof raw === 'string') return [{ source: raw, at }]
  if (typeof raw === 'boolean' || typeof raw === 'number') return [{ source: String(raw), at }]
  if (raw instanceof TemplateText || !Array.isArray(raw)) return []
  return (raw as readonly Raw[]).flatMap(item => conditionsOf(item, at))
}
