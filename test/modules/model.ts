import { readArguments } from '../../src/core/arguments.ts'
import type { Change, Effect } from '../../src/core/change.ts'
import type { Controller } from '../../src/core/controller.ts'
import type { Known, Module, Probes } from '../../src/core/module.ts'
import type { Probe } from '../../src/core/probe.ts'
import { Overlay } from '../../src/host/overlay.ts'
import { contentOf } from '../../src/probes/content.ts'
import type { Identity } from '../../src/probes/identity.ts'
import type { PathInfo } from '../../src/probes/path.ts'
import type { Resolved } from '../../src/probes/resolve.ts'
import { fromBytes } from '../../src/modules/source.ts'

/** One situation of a module: what is wanted, and what the machine would answer. */
export interface Case {
  readonly case: string
  readonly args: Readonly<Record<string, unknown>>
  /** Answers that differ from the default: null (absent), paths without links, root who asks. */
  readonly answers?: readonly Answered[]
  /** What earlier tasks of a dry run will have made true. */
  readonly earlier?: readonly Effect[]
  /** What the controller has, by name; a text is a file, a list a directory's tree. */
  readonly controller?: Partial<Controller>
  /** True where nothing is left to do. */
  readonly converged?: boolean
  /** Summaries of the changes, where the case is about them. */
  readonly changes?: readonly string[]
  /** Summaries as a dry run foresees them, where it asks what a change would do. */
  readonly foreseen?: readonly string[]
  /** The code of the error that planning throws. */
  readonly error?: string
}

/** What a machine answers to one probe. */
export interface Answered {
  readonly probe: Probe<unknown>
  readonly value: unknown
}

/** The probe's answer; null: proved absent. */
export const is = <A>(probe: Probe<A>, value: A | null): Answered => ({ probe, value })

/** A path as it could be: root's file `0644` unless told otherwise. */
export const info = (fields: Partial<PathInfo> = {}): PathInfo => ({
  kind: 'file',
  mode: fields.kind === 'directory' ? '0755' : '0644',
  uid: 0,
  gid: 0,
  owner: 'root',
  group: 'root',
  size: 0,
  mtime: 1,
  atime: 1,
  ctime: 1,
  inode: 1,
  device: 1,
  hardLinks: 1,
  target: '',
  special: undefined,
  ...fields,
})

/** A file's content. */
export const holding = (text: string) => contentOf(Buffer.from(text))

const ROOT: Identity = { user: 'root', uid: 0, group: 'root', gid: 0, home: '/root' }

const DEFAULTS: Readonly<Record<string, (question: unknown) => unknown>> = {
  identity: () => ROOT,
  resolve: question => straight(String(question)),
  'resolve parents': question => straight(String(question)),
  matches: () => [],
}

const straight = (name: string): Resolved => {
  const path = name.replace(/^~/, '/root')
  return { path, physical: path, via: [] }
}

type Fields = Readonly<Record<string, unknown>>

/** A machine that answers from a table, under the effects that were laid over it. */
export class Model {
  readonly #answers: ReadonlyMap<string, unknown>
  readonly #overlay = new Overlay()

  constructor(answers: readonly Answered[], earlier: readonly Effect[] = []) {
    this.#overlay.lay(earlier)
    this.#answers = new Map(answers.map(({ probe, value }) => [probe.key, value]))
  }

  value(probe: Probe<unknown>): unknown {
    const known: Known = <A>(other: Probe<A>) => this.value(other) as A | null
    const actual = (): unknown => {
      const { key, kind, question } = this.#overlay.asked(probe)
      if (this.#answers.has(key)) return this.#answers.get(key)
      return DEFAULTS[kind.name]?.(question) ?? null
    }
    return this.#overlay.value(probe, actual, known)
  }

  /** Lays the changes as a dry run does, which asks what each would do where it can be asked. */
  lay(changes: readonly Change[]): readonly Change[] {
    return changes.flatMap(change => {
      const known = change.foreseen?.changes(this.value(change.foreseen.probe)) ?? [change]
      for (const { effects } of known)
        this.#overlay.lay(
          effects.filter(effect => effect.kind !== 'rule' || effect.crosses !== true),
        )
      return known
    })
  }

  /** The probes that the module ends up asking. */
  asked(module: Module, want: Fields): Probes {
    const seen = new Set<string>()
    for (let stage = 0; ; stage++) {
      const known: Known = <A>(probe: Probe<A>) =>
        seen.has(probe.key) ? (this.value(probe) as A | null) : undefined
      const probes = module.probes(want, known)
      const open = Object.values(probes).filter(p => p !== undefined && !seen.has(p.key))
      if (open.length === 0) return probes
      if (stage > 3) throw new Error(`${module.name} asks more than four times`)
      for (const probe of open) if (probe !== undefined) seen.add(probe.key)
    }
  }

  /** The answers under the names that the module gave its probes, read only when asked for. */
  actual(module: Module, want: Fields): Fields {
    const actual = {}
    for (const [name, probe] of Object.entries(this.asked(module, want)))
      if (probe !== undefined)
        Object.defineProperty(actual, name, { enumerable: true, get: () => this.value(probe) })
      else Object.defineProperty(actual, name, { enumerable: true, value: null })
    return actual
  }
}

/** The validated arguments, with what the module prepares from the given controller. */
export const prepare = async (
  module: Module,
  args: Fields,
  controller: Partial<Controller> = {},
) => {
  const context = { user: undefined, environment: {} }
  const want = { ...readArguments(module, args), context }
  const now = new Date('2026-01-31T23:59:59Z')
  const full = { now, ...controller } as Controller // A case gives what its module reads.
  return { ...want, prepared: await module.prepare?.(want, full) }
}

/** A controller whose files hold these texts. */
export const files = (texts: Readonly<Record<string, string>>): Partial<Controller> => ({
  kindOf: () => Promise.resolve('file'),
  file: src => Promise.resolve(sourceOf(texts[src] ?? '')),
  template: src => Promise.resolve(texts[src] ?? ''),
})

/** A text as a file of the controller. */
export const sourceOf = (text: string) => {
  const { source } = fromBytes(text)
  if ('from' in source) throw new Error('not a file of the controller')
  return { ...source, mode: '0640' }
}
