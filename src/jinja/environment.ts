import { applyFilter } from './compiler/calls.ts'
import { findNamed, type Library } from './compiler/compiler.ts'
import { compileExpression, compileProgram } from './compiler/compile.ts'
import type { Program } from './compiler/compiler.ts'
import { Expression, Template } from './template.ts'
import { GLOBAL_FUNCTIONS, type GlobalFunction } from './builtins/functions.ts'
import { FILTERS } from './builtins/filters.ts'
import { knownNames, TESTS } from './builtins/tests.ts'
import { isTruthy } from './runtime/compare.ts'
import type { Filter } from './runtime/filter.ts'
import { Callable, type Context, type Scope } from './runtime/values.ts'
import { ANSIBLE_WHITESPACE, Source, type Origin, type Whitespace } from './syntax/source.ts'

/** How a source is read, and where it comes from. */
export interface TemplateOptions extends Origin, Partial<Whitespace> {}

/** What a host adds to the engine. */
export interface EnvironmentOptions {
  /** Filters by name; one that is named as a builtin replaces it. */
  readonly filters?: Readonly<Record<string, Filter>>
  /** Tests by name. */
  readonly tests?: Readonly<Record<string, Filter>>
  /** Values by name, for names that the scope does not have; JavaScript functions become callable. */
  readonly globals?: Readonly<Record<string, unknown>>
  /** Finds the source of a template that another one names. */
  readonly loader?: (name: string) => { readonly source: string; readonly name: string } | undefined
  /** Applied to a value before it is printed; Ansible turns none into ''. */
  readonly finalize?: (value: unknown) => unknown
  /** How sources are read unless `TemplateOptions` say otherwise; without either, as Ansible reads them. */
  readonly whitespace?: Partial<Whitespace>
}

/** Compiles templates and expressions, once each. */
export interface Environment {
  /** Compiles `{{ … }}` and `{% … %}` text. */
  template(source: string, options?: TemplateOptions): Template
  /** Compiles a bare expression (Ansible's `when:`). */
  expression(source: string, options?: TemplateOptions): Expression
}

/** An environment with the builtin filters, tests and functions of Jinja2, and the host's. */
export const createEnvironment = (options: EnvironmentOptions = {}): Environment =>
  new CachingEnvironment(options)

// Enough for every template of a large playbook; a bound all the same, since hosts can make sources.
const CACHE_SIZE = 20_000

class CachingEnvironment implements Environment, Library {
  readonly filters: ReadonlyMap<string, Filter>
  readonly tests: ReadonlyMap<string, Filter>
  readonly globals: ReadonlyMap<string, unknown>
  readonly finalize: (value: unknown) => unknown
  readonly #whitespace: Whitespace
  readonly #loader: EnvironmentOptions['loader']
  readonly #cache = new Map<string, Template | Expression>()
  readonly #loaded = new Map<string, { source: string; program: Program }>()

  constructor(options: EnvironmentOptions) {
    const { filters = {}, tests = {}, globals = {}, loader, whitespace = {} } = options
    this.filters = new Map([...FILTERS, ...Object.entries(filters)])
    const allTests = new Map([...TESTS, ...Object.entries(tests)])
    allTests.set('filter', knownNames(this.filters)).set('test', knownNames(allTests))
    this.tests = allTests
    this.globals = new Map(
      [...GLOBAL_FUNCTIONS, ...Object.entries(globals)].map(([name, value]) => [
        name,
        typeof value === 'function' ? new Callable(name, value as GlobalFunction) : value,
      ]),
    )
    this.finalize = options.finalize ?? (value => value)
    this.#loader = loader
    this.#whitespace = withDefaults(whitespace, ANSIBLE_WHITESPACE)
  }

  template(source: string, options: TemplateOptions = {}): Template {
    return this.#cached('template', source, options, () => {
      const { program, only } = compileProgram(
        this,
        new Source(source, options),
        withDefaults(options, this.#whitespace),
      )
      return new Template(program, only, scope => this.#context(scope))
    })
  }

  expression(source: string, options: TemplateOptions = {}): Expression {
    return this.#cached('expression', source, options, () => {
      const compiled = compileExpression(this, new Source(source, options))
      return new Expression(compiled, scope => this.#context(scope))
    })
  }

  load(name: string): Program | undefined {
    const found = this.#loader?.(name)
    if (!found) return undefined
    const known = this.#loaded.get(found.name)
    if (known?.source === found.source) return known.program
    const source = new Source(found.source, { name: found.name })
    const { program } = compileProgram(this, source, this.#whitespace)
    this.#loaded.set(found.name, { source: found.source, program })
    return program
  }

  #cached<T extends Template | Expression>(
    kind: string,
    source: string,
    options: TemplateOptions,
    compile: () => T,
  ): T {
    const key = cacheKey(kind, source, options)
    const known = this.#cache.get(key)
    // The kind is part of the key.
    if (known) return known as T
    const compiled = compile()
    if (this.#cache.size >= CACHE_SIZE) this.#cache.clear()
    this.#cache.set(key, compiled)
    return compiled
  }

  #context(scope: Scope): Context {
    const context: Context = {
      scope,
      filter: (name, value, args = [], kwargs = new Map()) =>
        applyFilter(findNamed('filter', name, this.filters), value, { args, kwargs }, context),
      test: (name, value, args = [], kwargs = new Map()) =>
        isTruthy(
          applyFilter(findNamed('test', name, this.tests), value, { args, kwargs }, context),
        ),
    }
    return context
  }
}

// The source comes last, so that nothing in it can look like an option.
const cacheKey = (kind: string, source: string, options: TemplateOptions): string => {
  const { name = '', line = 1, column = 1, trimBlocks, lstripBlocks, keepTrailingNewline } = options
  const backslashes = options.keepBackslashes === true ? 'kept' : ''
  const whitespace = `${String(trimBlocks)}${String(lstripBlocks)}${String(keepTrailingNewline)}`
  return `${kind}\0${line}\0${column}\0${whitespace}\0${backslashes}\0${name}\0${source}`
}

const withDefaults = (given: Partial<Whitespace>, defaults: Whitespace): Whitespace => ({
  trimBlocks: given.trimBlocks ?? defaults.trimBlocks,
  lstripBlocks: given.lstripBlocks ?? defaults.lstripBlocks,
  keepTrailingNewline: given.keepTrailingNewline ?? defaults.keepTrailingNewline,
})
