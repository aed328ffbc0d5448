import { answer, probeOf, unanswered, type ProbeKind } from '../core/probe.ts'
import { constant } from '../core/shell.ts'
import { Frame, readFrames } from './frame.ts'

/** The account that asks: who will own what it makes. */
export interface Identity {
  readonly user: string
  readonly uid: number
  /** The primary group. */
  readonly group: string
  readonly gid: number
  readonly home: string
}

const ASK = constant(`printf '%s\\0' "$(id)" "$HOME"`)

/** What `id` prints; a name, which an account or group may lack, can hold anything but a newline. */
const ID = /^uid=(\d+)(?:\((.*)\))? gid=(\d+)(?:\((.*?)\))?(?: [a-z]+=.*)?$/

const kind: ProbeKind<null, Identity> = {
  name: 'identity',
  ask: () => ASK,
  read: (output, questions) =>
    readFrames(output, questions, (frame: Frame) => {
      const [, uid, user = uid, gid, group = gid] = ID.exec(frame.text()) ?? []
      const home = frame.text()
      if (user === undefined || group === undefined) return [unanswered('id failed')]
      return [answer({ user, uid: Number(uid), group, gid: Number(gid), home })]
    }),
  dependsOn: () => [{ realm: 'identity', name: '*' }],
}

/** Who asks. */
export const identity = () => probeOf(kind)(null)
