import { UserError, type Position } from '../core/error.ts'
import { describeRaw } from './load/located.ts'
import { loadYamlFile, type YamlOptions } from './load/yaml.ts'
import type { Play } from './play.ts'
import type { Layer, Resolver } from './resolver.ts'
import { SearchPath } from './searchpath.ts'
import { TemplateText, type Raw } from './value.ts'

const NOTHING: Layer = new Map()

/** The variables of plays' `vars_files`, each file read once. */
export class VarsFiles {
  readonly #options: YamlOptions
  readonly #files = new Map<string, Layer>()
  readonly #plain = new WeakMap<Play, Layer>()

  constructor(options: YamlOptions) {
    this.#options = options
  }

  /**
   * A play's files merged. `names` evaluates the names with what is known without the files; as
   * long as the host's facts are not, a name that needs something undefined is passed over.
   */
  of(play: Play, names: Resolver, hasFacts: boolean): Layer {
    if (play.varsFiles.length === 0) return NOTHING
    const known = this.#plain.get(play)
    if (known) return known
    const merged = new Map<unknown, unknown>()
    play.varsFiles.forEach((entry, index) => {
      const read = this.#choose(play, entry, { names, hasFacts, at: play.varsFilesAt?.[index] })
      for (const [name, value] of read) merged.set(name, value)
    })
    if (!play.varsFiles.some(hasTemplate)) this.#plain.set(play, merged)
    return merged
  }

  #choose(
    play: Play,
    entry: Raw,
    { names, hasFacts, at }: { names: Resolver; hasFacts: boolean; at: Position | undefined },
  ): Layer {
    const search = new SearchPath([play.directory])
    const tried: string[] = []
    for (const choice of Array.isArray(entry) ? (entry as readonly Raw[]) : [entry]) {
      const name = nameOf(choice, names, hasFacts)
      if (name === undefined) return NOTHING
      const file = search.find(name, 'vars')
      if (file !== undefined) return this.#read(file)
      tried.push(...search.candidates(name, 'vars'))
    }
    throw new UserError('E_FILE_MISSING', 'there is no such file of variables', {
      at,
      hint: `looked for ${tried.join(', ')}`,
    })
  }

  #read(file: string): Layer {
    const known = this.#files.get(file)
    if (known) return known
    const { raw, at } = loadYamlFile(file, this.#options)
    if (raw !== null && !(raw instanceof Map))
      throw new UserError(
        'E_VARS',
        `a file of variables must be a dictionary, not ${describeRaw(raw)}`,
        { at },
      )
    const vars: Layer = raw ?? NOTHING
    this.#files.set(file, vars)
    return vars
  }
}

const nameOf = (choice: Raw, names: Resolver, hasFacts: boolean): string | undefined => {
  try {
    return String(names.value(choice))
  } catch (error) {
    if (error instanceof UserError && error.code === 'E_UNDEFINED' && !hasFacts) return undefined
    throw error
  }
}

const hasTemplate = (entry: Raw): boolean =>
  Array.isArray(entry) ? entry.some(hasTemplate) : entry instanceof TemplateText
