import type { Node } from '../../language/play.ts'
import { within, type Frame } from '../frame.ts'
import type { HostRun } from '../hosts.ts'
import type { PlayRun } from '../playrun.ts'
import { Order } from './order.ts'
import { stretchOf } from './stretch.ts'

type Work = (host: HostRun, frame: Frame) => Promise<void>

/**
 * Lets each of the hosts do the nodes of the frame that come next at its own pace, as far as nobody can
 * tell; whether there were such.
 */
export const atOwnPace = async (
  play: PlayRun,
  { hosts, frame }: { readonly hosts: readonly HostRun[]; readonly frame: Frame },
  work: Work,
): Promise<boolean> => {
  if (hosts.length < 2 || !mayPart(play, frame)) return false
  const nodes = stretchOf(play, frame.nodes.slice(frame.next))
  if (nodes.length < 2) return false
  frame.next += nodes.length
  await inOrder(play, { hosts, nodes }, host => work(host, within(frame, nodes)))
  return true
}

/** Whether hosts may be at different tasks at all. */
const mayPart = (play: PlayRun, frame: Frame): boolean =>
  play.run.options.lookAhead &&
  play.run.services.overseer === undefined &&
  play.play.maxFailPercentage === undefined &&
  !frame.handler &&
  play.areApart

/** Lets each host do its work, and tells what comes of it in the order of the nodes. */
const inOrder = async (
  play: PlayRun,
  { hosts, nodes }: { readonly hosts: readonly HostRun[]; readonly nodes: readonly Node[] },
  work: (host: HostRun) => Promise<void>,
): Promise<void> => {
  const { sink, variables } = play.run.services
  const places = new Map<HostRun, number>()
  const byName = new Map(hosts.map(host => [host.name, host]))
  const order = new Order({
    hosts: hosts.map(({ name }) => name),
    nodes,
    emit(event) {
      sink.emit(event)
    },
    onPlace(name, place) {
      const host = byName.get(name)
      if (host?.active === true) places.set(host, place)
      variables.holdBack(name, place)
    },
    onReached(place) {
      for (const { name } of hosts) variables.show(name, place)
      // A host that was lost at a later task had not been lost yet at this one.
      play.tellLost(host => (places.get(host) ?? -1) < place)
    },
  })
  play.order = order
  try {
    const ended = await Promise.allSettled(
      hosts.map(host =>
        work(host).finally(() => {
          order.end(host.name)
        }),
      ),
    )
    for (const it of ended) if (it.status === 'rejected') throw it.reason
  } finally {
    play.order = undefined
    for (const { name } of hosts) variables.holdBack(name, undefined)
  }
}
