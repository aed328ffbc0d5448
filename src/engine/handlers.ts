import { formatPosition, UserError } from '../core/error.ts'
import { Uncertain } from '../core/uncertain.ts'
import type { Include, Node, Task } from '../language/play.ts'
import type { Scope } from '../language/scope.ts'

/** A handler of the play: a task, or an include of tasks, that runs when it was notified. */
export interface Handler {
  /** Names it on the host while it is due, and for a later run: `role : name`. */
  readonly key: string
  readonly node: Task | Include
}

/** The handlers of a play by the names and topics that notify them, in order of definition. */
export class Handlers {
  readonly #all: Handler[] = []

  constructor(nodes: readonly Node[]) {
    this.add(nodes)
  }

  get all(): readonly Handler[] {
    return this.#all
  }

  /** Handlers of a role that a dynamic include brought along; known ones are left alone. */
  add(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (node.kind === 'block') this.add(node.tasks)
      if (node.kind !== 'task' && node.kind !== 'include') continue
      if (!this.#all.some(known => samePlace(known.node, node)))
        this.#all.push({ key: keyOf(node), node })
    }
  }

  /** What a task notifies, with its templates evaluated. Throws for a name that nobody has. */
  named(task: Task, scope: Scope): Handler[] {
    const names = task.keywords.notify.flatMap(raw => {
      const value = scope.value(raw)
      return Array.isArray(value) ? (value as unknown[]) : [value]
    })
    return names.flatMap(name => this.#find(String(name), task, scope))
  }

  #find(name: string, task: Task, scope: Scope): Handler[] {
    const byTopic = this.#all.filter(
      ({ node }) => node.kind === 'task' && node.listen.includes(name),
    )
    const byName = this.#all.filter(({ key, node }) => key === name || nameOf(node, scope) === name)
    // Of handlers with the same name, the one of the task's own role, else the last, as in Ansible.
    const own =
      byName.filter(({ node }) => node.role?.name === task.role?.name).at(-1) ?? byName.at(-1)
    const found = [...new Set([...(own === undefined ? [] : [own]), ...byTopic])]
    if (found.length > 0) return found
    throw new UserError('E_UNKNOWN_HANDLER', `no handler is called "${name}"`, {
      at: task.at,
      hint: `the play has: ${this.#all.map(({ node }) => node.keywords.name ?? '').join(', ') || 'none'}`,
    })
  }

  /** The handler of a key that an earlier run left on the host. */
  byKey(key: string): Handler | undefined {
    return this.#all.find(handler => handler.key === key)
  }
}

const samePlace = (a: Node, b: Node): boolean => formatPosition(a.at) === formatPosition(b.at)

const keyOf = (node: Task | Include): string => {
  const name = node.keywords.name ?? formatPosition(node.at)
  return node.role === undefined ? name : `${node.role.name} : ${name}`
}

const nameOf = (node: Task | Include, scope: Scope): string | undefined => {
  const { name } = node.keywords
  if (name === undefined || !name.includes('{{')) return name
  try {
    return scope.render(name, node.at.file, { trimBlocks: false, lstripBlocks: false })
  } catch (error) {
    if (error instanceof UserError || error instanceof Uncertain) return name
    throw error
  }
}
