import type { Node } from '../../language/play.ts'
import type { Frame } from '../frame.ts'
import type { HostRun } from '../hosts.ts'
import type { PlayRun } from '../playrun.ts'
import { Order } from './order.ts'

/** Whether hosts may go ahead of each other at all. */
export const mayGoAhead = (play: PlayRun, frame: Frame): boolean =>
  play.run.options.lookAhead &&
  play.run.services.overseer === undefined &&
  play.play.maxFailPercentage === undefined &&
  !frame.handler &&
  play.areApart

/** Lets each host do its work at its own pace, and tells what comes of it in the order of the nodes. */
export const inOrder = async (
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
