import type { Include, Play, Task } from '../../language/play.ts'
import { following, type Frame } from '../frame.ts'
import type { HostRun } from '../hosts.ts'
import type { PlayRun } from '../playrun.ts'
import { PlayView } from '../playview.ts'
import { passOver } from './passover.ts'

/** A task that comes later, the play and frame that it stands in, and the hosts that it is for. */
export interface Upcoming {
  readonly node: Task | Include
  readonly frame: Frame
  readonly view: PlayView
  readonly hosts: ReadonlySet<string>
}

/** The tasks that come, in order, of this play and of those after it as far as these can be known. */
export function* upcoming(play: PlayRun, frame: Frame): Generator<Upcoming> {
  const active = new Set(play.hosts.filter(host => host.active).map(({ name }) => name))
  for (const next of following(frame)) yield { ...next, view: play, hosts: active }
  // A handler's frame holds nothing else: the tasks between it and the next play are not known.
  if (frame.handler) return
  for (const later of play.run.playsAfter(play.play)) {
    const known = laterPlay(play, later)
    if (known === undefined) return
    const { view, hosts } = known
    for (const next of following(known.frame)) yield { ...next, view, hosts }
  }
}

type Later = Omit<Upcoming, 'node'>

/** A later play; undefined where its tasks or hosts wait for something. */
const laterPlay = ({ run }: PlayRun, play: Play): Later | undefined => {
  if (play.varsPrompt.length > 0 || play.serial.length > 0) return undefined
  const view = new PlayView(run, play)
  const isLeft = (name: string): boolean => run.hosts.get(name)?.isLost !== true
  try {
    const hosts = new Set(run.hostsOf(play).filter(isLeft))
    return { view, frame: view.frame(view.nodes()), hosts }
  } catch (error) {
    return passOver<Later | undefined>(error, undefined)
  }
}

/** Whether a task ahead is for this host. */
export const isFor = ({ hosts }: Upcoming, { name }: HostRun): boolean => hosts.has(name)
