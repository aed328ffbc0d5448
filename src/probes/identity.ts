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

const ASK = constant(
  `printf '%s\\0' "$(id -un 2>/dev/null || id -u)" "$(id -u)" "$(id -gn 2>/dev/null || id -g)" "$(id -g)" "$HOME"`,
)

const kind: ProbeKind<null, Identity> = {
  name: 'identity',
  ask: () => ASK,
  read: (output, questions) =>
    readFrames(output, questions, (frame: Frame) => {
      const [user, uid, group, gid] = [frame.text(), frame.number(), frame.text(), frame.number()]
      const home = frame.text()
      return [user === '' ? unanswered('id failed') : answer({ user, uid, group, gid, home })]
    }),
  dependsOn: () => [{ realm: 'identity', name: '*' }],
}

/** Who asks. */
export const identity = () => probeOf(kind)(null)
