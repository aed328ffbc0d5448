import { UserError, type Position } from '../../core/error.ts'
import { firstFile } from '../load/files.ts'
import { Mistakes } from '../load/mistakes.ts'
import { loadIncluded, loadRole } from '../load/playbook.ts'
import type { LoadOptions } from '../load/surroundings.ts'
import type { Block, Include, Node, Play, Role, VarsLayer } from '../play.ts'
import { SearchPath } from '../searchpath.ts'
import { TemplateText } from '../value.ts'
import { filesLike, targetsOf } from './targets.ts'

/** Variables that includes on the way to a task give it. */
export interface IncludeScope {
  /** Loop variables of the include. */
  readonly names: readonly string[]
  readonly vars: readonly VarsLayer[]
  readonly outer: IncludeScope | undefined
}

/** A node where it will run, with what leads there. */
export interface Site {
  readonly node: Exclude<Node, Block>
  readonly play: Play
  readonly scope: IncludeScope | undefined
  /** False for what an include may name, or may not: only what it defines counts. */
  readonly certain: boolean
}

/** All that a play consists of, includes opened as far as they can be known. */
export interface PlaySites {
  readonly play: Play
  readonly sites: readonly Site[]
  readonly handlers: readonly Site[]
  /** Roles that dynamic includes make visible to the whole play. */
  readonly exposed: readonly Role[]
  /** Something is included that cannot be known: it can define anything. */
  readonly isOpen: boolean
}

/** Opens a play. Mistakes in what it includes go to `mistakes`. */
export const openPlay = (play: Play, options: LoadOptions, mistakes: Mistakes): PlaySites =>
  new Opening(play, options, mistakes).open()

interface Way {
  readonly scope: IncludeScope | undefined
  readonly certain: boolean
  /** Files and roles on the way here: one that comes again is not opened. */
  readonly chain: readonly string[]
  readonly into: Site[]
}

class Opening {
  readonly #play: Play
  readonly #options: LoadOptions
  readonly #mistakes: Mistakes
  readonly #handlers: Site[] = []
  readonly #exposed: Role[] = []
  #isOpen = false

  constructor(play: Play, options: LoadOptions, mistakes: Mistakes) {
    this.#play = play
    this.#options = options
    this.#mistakes = mistakes
  }

  open(): PlaySites {
    const sites: Site[] = []
    const way = { scope: undefined, certain: true, chain: [] }
    for (const section of this.#play.sections) this.#nodes(section, { ...way, into: sites })
    this.#nodes(this.#play.handlers, { ...way, into: this.#handlers })
    return {
      play: this.#play,
      sites,
      handlers: this.#handlers,
      exposed: this.#exposed,
      isOpen: this.#isOpen,
    }
  }

  #nodes(nodes: readonly Node[], way: Way): void {
    for (const node of nodes)
      if (node.kind === 'block') this.#nodes([...node.tasks, ...node.rescue, ...node.always], way)
      else {
        way.into.push({ node, play: this.#play, scope: way.scope, certain: way.certain })
        if (node.kind === 'include') this.#include(node, way)
      }
  }

  #include(include: Include, way: Way): void {
    const { loop, keywords } = include
    const names = [loop?.variable, loop?.indexVariable].filter(name => name !== undefined)
    const inner = { ...way, scope: { names, vars: keywords.vars, outer: way.scope } }
    if (include.what === 'role') this.#roles(include, inner)
    else this.#files(include, inner)
  }

  #files(include: Include, way: Way): void {
    const search = new SearchPath([
      include.role?.directory,
      include.directory,
      this.#play.directory,
    ])
    const targets = targetsOf(include)
    for (const name of targets?.names ?? []) {
      const file = firstFile(search.candidates(name, 'tasks'))
      if (file === undefined) this.#missing(name, { search, at: include.at, way })
      else this.#opened(file, include, way)
    }
    if (targets !== undefined) return
    const { target } = include
    const directories = search.directories.flatMap(directory => [`${directory}/tasks`, directory])
    const source = target instanceof TemplateText ? target.source : ''
    const files = filesLike(source, directories)
    if (files.length === 0) this.#isOpen = true
    for (const file of files) this.#opened(file, include, { ...way, certain: false })
  }

  #missing(name: string, about: { search: SearchPath; at: Position; way: Way }): void {
    if (!about.way.certain) return
    const candidates = about.search.candidates(name, 'tasks')
    this.#mistakes.add(
      new UserError('E_FILE_MISSING', `there is no file "${name}" of tasks`, {
        at: about.at,
        hint: `looked for ${candidates.join(', ')}`,
      }),
    )
  }

  #opened(file: string, include: Include, way: Way): void {
    if (way.chain.includes(file)) return
    const nodes = this.#guarded(way, () => loadIncluded(file, include, this.#options))
    if (nodes !== undefined) this.#nodes(nodes, { ...way, chain: [...way.chain, file] })
  }

  #roles(include: Include, way: Way): void {
    const targets = targetsOf(include)
    const tasksFrom = include.tasksFrom
    if (targets === undefined || tasksFrom instanceof TemplateText) {
      this.#isOpen = true
      return
    }
    for (const name of targets.names) {
      const link = `role ${name} ${typeof tasksFrom === 'string' ? tasksFrom : ''}`
      if (way.chain.includes(link)) continue
      const call = { include, tasksFrom: typeof tasksFrom === 'string' ? tasksFrom : undefined }
      const found = this.#guarded(way, () => loadRole(name, call, this.#options))
      if (found === undefined) continue
      if (include.isPublic !== undefined) this.#exposed.push(...found.roles)
      const chain = [...way.chain, link]
      this.#nodes(found.nodes, { ...way, chain })
      this.#nodes(found.handlers, { ...way, chain, into: this.#handlers })
    }
  }

  // What may not be included at all may be wrong in peace.
  #guarded<T>(way: Way, work: () => T): T | undefined {
    if (!way.certain) return new Mistakes().catching(work)
    const found = this.#mistakes.catching(work)
    if (found === undefined) this.#isOpen = true
    return found
  }
}
