import type { Include, Node, Task, VarsLayer } from '../language/play.ts'

/** A list of nodes being run, and where it is inside the lists around it. */
export interface Frame {
  readonly nodes: readonly Node[]
  /** Index of the node after the one that runs. */
  next: number
  readonly parent: Frame | undefined
  /** Variables of the dynamic includes on the way here, outermost first. */
  readonly includeVars: readonly VarsLayer[]
  /** By host: an include's loop variables, and the failure that a rescue handles. */
  readonly locals: ReadonlyMap<string, ReadonlyMap<string, unknown>>
  /** Whether a failure here is made good by a rescue. */
  readonly rescued: boolean
  readonly handler: boolean
  /**
   * By host: why a dry run cannot know whether these nodes are reached at all; in a real run, that
   * the plan which it keeps to could not know of them.
   */
  readonly maybe?: ReadonlyMap<string, string> | undefined
}

/** A frame inside another one: what is not given is as outside. */
export const within = (parent: Frame, nodes: readonly Node[], own: Partial<Frame> = {}): Frame => ({
  includeVars: parent.includeVars,
  locals: parent.locals,
  rescued: parent.rescued,
  handler: parent.handler,
  maybe: parent.maybe,
  ...own,
  nodes,
  next: 0,
  parent,
})

/** A task that comes later, with the frame that it stands in; or an include whose tasks are not known. */
export interface Following {
  readonly node: Task | Include
  readonly frame: Frame
}

/** The tasks after the one that runs, in order, through blocks and out of the lists around it. */
export function* following(frame: Frame): Generator<Following> {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.parent)
    for (const node of at.nodes.slice(at.next)) yield* inside(node, at)
}

function* inside(node: Node, frame: Frame): Generator<Following> {
  if (node.kind === 'task' || node.kind === 'include') yield { node, frame }
  if (node.kind !== 'block') return
  for (const child of [...node.tasks, ...node.always]) yield* inside(child, frame)
}
