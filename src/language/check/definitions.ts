import { UserError } from '../../core/error.ts'
import { loadVarsFile } from '../load/rolefiles.ts'
import { yamlFilesIn, isDirectory } from '../load/files.ts'
import { Mistakes } from '../load/mistakes.ts'
import type { Play, Task, VarsLayer } from '../play.ts'
import { SearchPath } from '../searchpath.ts'
import { TemplateText, type Raw, type RawMap } from '../value.ts'
import type { CheckOptions } from './options.ts'
import type { PlaySites, Site } from './sites.ts'
import { filesLike } from './targets.ts'

/** The values that a name is given; undefined for one that only a run can know. */
export type Values = (Raw | undefined)[]

/** Names with what they are given, in one layer. */
export class Names {
  readonly #values = new Map<string, Values>()

  add(name: string, value: Raw | undefined): void {
    const known = this.#values.get(name)
    if (known === undefined) this.#values.set(name, [value])
    else if (!known.includes(value)) known.push(value)
  }

  addAll(vars: RawMap | undefined): void {
    for (const [name, value] of vars ?? []) this.add(String(name), value)
  }

  get(name: string): Readonly<Values> | undefined {
    return this.#values.get(name)
  }

  names(): Iterable<string> {
    return this.#values.keys()
  }
}

/** What is defined in a whole run and in each of its plays. */
export class Definitions {
  readonly run = new Names()
  readonly #plays = new Map<Play, Names>()
  readonly #options: CheckOptions
  readonly #mistakes: Mistakes
  /** Something that only a run can know may define anything. */
  isOpen = false

  constructor(options: CheckOptions, mistakes: Mistakes) {
    this.#options = options
    this.#mistakes = mistakes
    this.run.addAll(options.extraVars)
    for (const host of options.inventory.hosts)
      for (const [name, { value }] of options.inventory.varsOf(host)) this.run.add(name, value)
  }

  /** Takes up what a play and its tasks define. */
  add(opened: PlaySites): void {
    const { play, exposed, sites, handlers } = opened
    const names = new Names()
    this.#plays.set(play, names)
    if (opened.isOpen) this.isOpen = true
    names.addAll(play.vars?.vars)
    for (const { name } of play.varsPrompt) names.add(name, undefined)
    for (const role of [...play.roles, ...exposed]) {
      names.addAll(role.defaults?.vars)
      names.addAll(role.vars?.vars)
    }
    play.varsFiles.forEach((entry, index) => {
      this.#varsFile(play, entry, index)
    })
    for (const site of [...sites, ...handlers]) this.#site(site)
  }

  of(play: Play): Names {
    return this.#plays.get(play) ?? new Names()
  }

  #site({ node, play }: Site): void {
    if (node.kind !== 'task') return
    if (node.register !== undefined) this.run.add(node.register, undefined)
    if (node.module === 'set_fact' || node.module === 'add_host') {
      if (node.freeForm !== undefined) this.isOpen = true
      for (const name of node.args.keys())
        if (name.includes('{{')) this.isOpen = true
        else this.run.add(name, undefined)
    }
    if (node.module === 'include_vars') this.#includeVars(node, play)
  }

  #includeVars(task: Task, play: Play): void {
    const name = task.args.get('name')
    if (typeof name === 'string') this.run.add(name, undefined)
    else if (name !== undefined) this.isOpen = true
    if (name !== undefined) return
    const search = new SearchPath([task.role?.directory, task.directory, play.directory])
    const directory = task.args.get('dir')
    const file = task.args.get('file') ?? task.freeForm
    if (directory !== undefined) this.#directory(directory, search)
    else this.#files(file ?? null, search, this.run)
  }

  #directory(raw: Raw, search: SearchPath): void {
    const found = typeof raw === 'string' ? search.find(raw, 'vars') : undefined
    if (found === undefined || !isDirectory(found)) this.isOpen = true
    else for (const file of yamlFilesIn(found)) this.#file(file, this.run, true)
  }

  #varsFile(play: Play, entry: Raw, index: number): void {
    const search = new SearchPath([play.directory])
    const choices = Array.isArray(entry) ? (entry as readonly Raw[]) : [entry]
    const missing = choices.filter(choice => !this.#files(choice, search, this.of(play)))
    if (missing.length < choices.length || !missing.every(raw => typeof raw === 'string')) return
    const tried = missing.flatMap(name => search.candidates(name, 'vars'))
    this.#mistakes.add(
      new UserError('E_FILE_MISSING', `there is no file "${missing.join('" or "')}" of variables`, {
        at: play.varsFilesAt?.[index] ?? play.at,
        hint: `looked for ${tried.join(', ')}`,
      }),
    )
  }

  /** Takes up the files that a name can come to; false when it is the name of none. */
  #files(raw: Raw, search: SearchPath, into: Names): boolean {
    const files = this.#filesNamed(raw, search)
    for (const file of files) this.#file(file, into, typeof raw === 'string')
    if (files.length > 0) return true
    if (typeof raw !== 'string') this.isOpen = true
    return typeof raw !== 'string'
  }

  #filesNamed(raw: Raw, search: SearchPath): readonly string[] {
    if (typeof raw === 'string') {
      const found = search.find(raw, 'vars')
      return found === undefined || isDirectory(found) ? [] : [found]
    }
    if (!(raw instanceof TemplateText)) return []
    return filesLike(
      raw.source,
      search.directories.flatMap(directory => [`${directory}/vars`, directory]),
    )
  }

  // A file that only may be meant is passed over when it holds something else than variables.
  #file(file: string, into: Names, certain: boolean): void {
    const mistakes = certain ? this.#mistakes : new Mistakes()
    const { load } = this.#options
    const layer: VarsLayer | undefined = mistakes.catching(() =>
      loadVarsFile(file, { decrypt: load.decrypt, onSecret: load.onSecret }),
    )
    if (layer !== undefined) into.addAll(layer.vars)
    else if (certain) this.isOpen = true
  }
}
