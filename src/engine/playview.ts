import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { UserError } from '../core/error.ts'
import type { Node, Play, Role, Task } from '../language/play.ts'
import type { Scope, ScopeRequest } from '../language/scope.ts'
import { FLUSH_HANDLERS, gatherFacts } from './builtin.ts'
import type { Frame } from './frame.ts'
import { flag } from './keywords.ts'
import type { Run } from './run.ts'

type ScopeOptions = Partial<
  Pick<ScopeRequest, 'includeVars' | 'locals' | 'onRead' | 'onImpureLookup'>
>

/** A play with its variables and files, whether it is its turn or only looked at ahead of it. */
export class PlayView {
  readonly run: Run
  readonly play: Play

  constructor(run: Run, play: Play) {
    this.run = run
    this.play = play
  }

  /** Facts, then section after section, handlers flushed after each. Throws UserError. */
  nodes(): readonly Node[] {
    const gathers = this.play.gatherFacts
    const first =
      gathers === undefined || flag(this.run.services.variables.playScope(this.play), gathers)
        ? [gatherFacts(this.play)]
        : []
    return [...first, ...this.play.sections.flatMap(section => [...section, FLUSH_HANDLERS])]
  }

  /** The outermost frame of a list of nodes. */
  frame(nodes: readonly Node[], handler = false): Frame {
    return {
      nodes,
      next: 0,
      parent: undefined,
      includeVars: [],
      locals: new Map(),
      rescued: false,
      handler,
    }
  }

  /** The variables of a task or include on a host. */
  scope(host: string, node: Node, options: ScopeOptions = {}): Scope {
    const { keywords, role, directory } = node
    const request = { host, play: this.play, keywords, role, directory, ...options }
    return this.run.services.variables.scope(request)
  }

  /** The variables of a host by itself: how to reach a delegate. */
  scopeOfHost(host: string): Scope {
    const { play } = this
    const { directory } = play
    const request = { host, play, keywords: undefined, role: undefined, directory }
    return this.run.services.variables.scope(request)
  }

  /**
   * A file of a task: in its role's directory of that kind, beside the task, in the playbook's.
   * Throws UserError that names the places looked at.
   */
  find(task: Pick<Task, 'role' | 'directory' | 'at'>, kind: FileKind, name: string): string {
    const places = isAbsolute(name)
      ? [name]
      : searchPath(task.role, task.directory, this.play.directory, kind).map(dir => join(dir, name))
    const found = places.find(place => existsSync(place))
    if (found !== undefined) return found
    throw new UserError('E_FILE_MISSING', `no such file: ${name}`, {
      at: task.at,
      hint: `looked for ${places.join(', ')}`,
    })
  }
}

export type FileKind = 'files' | 'templates' | 'vars' | 'tasks'

/** The directories in which a task's files are looked for, first found first taken. */
const searchPath = (
  role: Role | undefined,
  task: string,
  playbook: string,
  kind: FileKind,
): string[] => {
  const roots = role === undefined ? [] : [role.directory]
  return [...new Set([...roots, task, playbook].flatMap(root => [join(root, kind), root]))]
}
