import { adoptDue, handlersHaveRun } from './due.ts'
import type { HostRun } from './hosts.ts'
import type { Handler } from './handlers.ts'
import { runNodes } from './nodes.ts'
import type { PlayRun } from './playrun.ts'

/** Runs the handlers due, in order of definition, each on the hosts that notified it. */
export const flushHandlers = async (play: PlayRun, hosts: readonly HostRun[]): Promise<void> => {
  adoptDue(play)
  const ran = new Set<string>()
  // A handler may notify a later one, or one that a dynamic include has just brought along.
  for (
    let handler = nextDue(play, hosts, ran);
    handler !== undefined;
    handler = nextDue(play, hosts, ran)
  ) {
    const { key } = handler
    ran.add(key)
    const notified = hosts.filter(host => host.due.has(key) && mayRun(play, host))
    await runHandler(play, handler, notified)
  }
}

const nextDue = (
  play: PlayRun,
  hosts: readonly HostRun[],
  ran: ReadonlySet<string>,
): Handler | undefined =>
  play.handlers.all.find(
    ({ key }) => !ran.has(key) && hosts.some(host => host.due.has(key) && mayRun(play, host)),
  )

const mayRun = (play: PlayRun, host: HostRun): boolean =>
  host.active || (host.out === 'failed' && play.forcesHandlers)

const runHandler = async (
  play: PlayRun,
  { key, node }: Handler,
  hosts: readonly HostRun[],
): Promise<void> => {
  const out = new Map(hosts.map(host => [host, host.out]))
  for (const host of hosts) host.out = undefined
  await runNodes(play, hosts, play.frame([node], true))
  const done = hosts.filter(host => host.out === undefined)
  for (const host of done) host.due.delete(key)
  for (const [host, earlier] of out) host.out ??= earlier
  await handlersHaveRun(play, done, key)
}
