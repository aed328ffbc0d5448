import { answer, path, probeOf, unanswered, type Answer, type ProbeKind } from '../../core/probe.ts'
import { constant, sh } from '../../core/shell.ts'
import { withUncertain } from '../../core/uncertain.ts'
import { PRELUDE, NOT_FOUND, unfetched } from '../apt.ts'
import { readFrames, type Frame } from '../frame.ts'
import { AS_IT_IS, inWorlds, worldWords, type OfWorld } from './world.ts'

/** Whether apt can set to work on packages: told without a simulation, in a twentieth of its time. */
export interface Readiness {
  /** An earlier dpkg did not come to its end, and apt refuses to do anything. */
  readonly interrupted: boolean
  /** Those of the names that the package lists have a package of. */
  readonly known: readonly string[]
}

interface Readied extends OfWorld {
  readonly names: readonly string[]
}

/** `ready NAME…` prints what the package lists have of these names. */
const READY = constant(`${PRELUDE}
ready() {
  text= code=0
  [ $# = 0 ] || { text=$(apt-cache -c "$home/conf" madison "$@" 2>/dev/null); code=$?; }
  printf '%s\\0%s\\0%s\\0' $interrupted $code "$text"
}`)

const kind: ProbeKind<Readied, Readiness> = {
  name: 'apt readiness',
  ask: questions =>
    inWorlds(
      READY,
      questions.map(
        ({ names, world }) =>
          sh`if ${worldWords(world)}; then printf 'here\0'; ready ${names}; else unworldly; fi`,
      ),
    ),
  read: (output, questions) =>
    readFrames(output, questions, frame => [
      frame.text() === 'here' ? readReadiness(frame) : answer(unreadiness(frame.text())),
    ]),
  dependsOn: () => [{ realm: 'package', name: '*' }, path('/etc/apt'), path('/var/lib/apt')],
  isDear: true,
  timeLimit: 600,
}

/** Whether apt can set to work on packages of these names; of none, whether it can at all. */
export const readiness = (names: readonly string[]) => probeOf(kind)({ names, world: AS_IT_IS })

const readReadiness = (frame: Frame): Answer<Readiness> => {
  const interrupted = frame.number() === 1
  const code = frame.number()
  const text = frame.lines()
  if (code === NOT_FOUND) return unanswered('no apt-get here')
  // `  nginx | 1.22.1-9 | ADDRESS bookworm/main amd64 Packages`; `Sources` for sources.
  const known = text.flatMap(line => {
    const [name = '', , from = ''] = line.split('|').map(part => part.trim())
    return from.endsWith(' Packages') ? [name] : []
  })
  return answer({ interrupted, known })
}

/** The package lists that a dry run would have fetched cannot be had. */
const unreadiness = (said: string): Readiness =>
  withUncertain({ interrupted: false, known: [] }, ['known'], unfetched(said))
