import type { Params } from '../../core/schema.ts'
import type { Inherited, Keywords, Node, Role } from '../play.ts'
import type { RawMap } from '../value.ts'
import type { Mistakes } from './mistakes.ts'
import type { YamlOptions } from './yaml.ts'

/** What the loader must know of a module to read a task that uses it. */
export interface ModuleShape {
  readonly name: string
  readonly params: Params
  readonly freeForm?: string | undefined
}

/** What loading playbooks needs from the caller. */
export interface LoadOptions extends YamlOptions {
  /** By short name; the engine's own actions are known besides. */
  readonly modules: ReadonlyMap<string, ModuleShape>
  /** Directories of roles, searched after those beside the playbook; `roles` without. */
  readonly rolesPath?: readonly string[] | undefined
}

/** What reading a file comes across beside its nodes, gathered over a play or an include. */
export interface Gathered {
  readonly roles: Role[]
  readonly handlers: Node[]
  /** Uses of roles that run once only, and handlers that were read, by what makes them the same. */
  readonly seen: Set<string>
}

/** Where a node is read: what it inherits and where its files are looked for. */
export interface Surroundings {
  readonly options: LoadOptions
  readonly mistakes: Mistakes
  readonly gathered: Gathered
  readonly playbookDirectory: string
  /** The directory of the file that is read. */
  readonly directory: string
  readonly role: Role | undefined
  readonly keywords: Keywords
  readonly moduleDefaults: ReadonlyMap<string, RawMap>
  readonly inHandlers: boolean
  /** Files and roles that are being read, outermost first: one that comes again never ends. */
  readonly chain: readonly string[]
}

/** The part of the surroundings that outlives loading, for what is included at run time. */
export const inheritedFrom = (around: Surroundings, keywords: Keywords): Inherited => ({
  keywords,
  moduleDefaults: around.moduleDefaults,
  playbookDirectory: around.playbookDirectory,
  inHandlers: around.inHandlers,
})

/** Nothing gathered yet. */
export const nothingGathered = (): Gathered => ({ roles: [], handlers: [], seen: new Set() })
