import { answer, path, probeOf, unanswered, type Answer, type ProbeKind } from '../core/probe.ts'
import { constant, sh } from '../core/shell.ts'
import { withUncertain } from '../core/uncertain.ts'
import { AS_IT_IS, inWorlds, worldWords, type OfWorld } from './apt/world.ts'
import { readFrames, type Frame } from './frame.ts'

/** One package that apt would install, upgrade or downgrade. */
export interface Step {
  readonly name: string
  /** Null when it is not installed yet. */
  readonly before: string | null
  /** Null when it is removed. */
  readonly after: string | null
}

/** What apt would do, by its own simulation. */
export type Transaction =
  | { readonly kind: 'possible'; readonly steps: readonly Step[] }
  | {
      /** Apt refuses: a name is unknown to the package lists, or dependencies cannot be met. */
      readonly kind: 'impossible'
      readonly message: string
    }
  | {
      /** An earlier dpkg did not come to its end, and apt refuses to do anything. */
      readonly kind: 'interrupted'
    }

interface Question extends OfWorld {
  /** Words after `apt-get -s`. */
  readonly words: readonly string[]
}

/** Says in `$interrupted` whether dpkg was; `unworldly` prints why there is no such world. */
export const PRELUDE = `
interrupted=0
for file in /var/lib/dpkg/updates/[0-9]*; do [ -e "$file" ] && interrupted=1; done
unworldly() { printf 'nowhere\\0%s\\0' "$said"; }`

/** `simulate WORDS…` prints a transaction; the world it is simulated in must have been made. */
export const SIMULATE = constant(`
${PRELUDE}
simulate() {
  # Only where it is not quiet does apt say which package it chose for a name that is none.
  text=$(apt-get -c "$home/conf" -o quiet=0 -s "$@" 2>&1 </dev/null); code=$?
  printf '%s\\0%s\\0%s\\0' $interrupted $code "$text"
}`)

const kind: ProbeKind<Question, Transaction> = {
  name: 'apt transaction',
  ask: questions =>
    inWorlds(
      SIMULATE,
      questions.map(
        ({ words, world }) =>
          sh`if ${worldWords(world)}; then printf 'here\0'; simulate ${words}; else unworldly; fi`,
      ),
    ),
  read: (output, questions) =>
    readFrames(output, questions, frame => [
      frame.text() === 'here'
        ? readTransaction(frame).transaction
        : answer(unknowable(frame.text())),
    ]),
  dependsOn: () => [{ realm: 'package', name: '*' }, path('/etc/apt'), path('/var/lib/apt')],
  isDear: true,
  timeLimit: 600,
}

/** What `apt-get` with these words would do. Asked where something is due. */
export const transaction = ({ words }: { readonly words: readonly string[] }) =>
  probeOf(kind)({ words, world: AS_IT_IS })

/** The shell's exit code where there is no such program. */
export const NOT_FOUND = 127

/** Reads what `simulate` printed, and which packages apt chose for names that are none. */
export const readTransaction = (
  frame: Frame,
): { transaction: Answer<Transaction>; chosen: ReadonlyMap<string, string> } => {
  const interrupted = frame.number() === 1
  const code = frame.number()
  const text = frame.lines()
  return { transaction: transactionIn(interrupted, code, text), chosen: chosenIn(text) }
}

const transactionIn = (
  interrupted: boolean,
  code: number,
  text: readonly string[],
): Answer<Transaction> => {
  if (code === NOT_FOUND) return unanswered('no apt-get here')
  if (interrupted) return answer({ kind: 'interrupted' })
  if (code === 0) return answer({ kind: 'possible', steps: readSteps(text) })
  return answer({ kind: 'impossible', message: reasonIn(text) ?? `exit code ${code}` })
}

/** What apt complains of, in one line. */
export const reasonIn = (text: readonly string[]): string | undefined => {
  const errors = text.filter(line => line.startsWith('E:')).map(line => line.slice(2).trim())
  return errors.length === 0 ? undefined : errors.join('; ')
}

/** The package lists that a dry run would have fetched cannot be had. */
const unknowable = (said: string): Transaction =>
  withUncertain({ kind: 'possible', steps: [] }, ['steps'], unfetched(said))

/** Why nobody can tell what apt would do. */
export const unfetched = (said: string): string =>
  `the package lists cannot be had: ${reasonIn(said.split('\n')) ?? said}`

const CHOSEN = /^Note, selecting '([^']+)' instead of '([^']+)'$/

const chosenIn = (text: readonly string[]): Map<string, string> =>
  new Map(
    text.flatMap(line => {
      const [, to, from] = CHOSEN.exec(line) ?? []
      return to === undefined || from === undefined ? [] : [[from, to] as const]
    }),
  )

/** The steps in the lines of a simulation. */
export const readSteps = (text: readonly string[]): Step[] => {
  const steps = text.flatMap(readStep)
  const names = new Set(steps.map(step => step.name))
  // What was unpacked before and is only configured now.
  const configured = text.flatMap(line => {
    const [, name = '', version = ''] = /^Conf (\S+) \((\S+)/.exec(line) ?? []
    return name === '' || names.has(name) ? [] : [{ name, before: version, after: version }]
  })
  return [...steps, ...configured]
}

// `Inst nginx [1.22.1-8] (1.22.1-9 Debian:12/stable [amd64])`, `Remv nginx [1.22.1-9]`; `Purg` for
// a purge. A foreign architecture stands behind the name, as in `libc6:i386`.
const readStep = (line: string): Step[] => {
  const removed = /^(?:Remv|Purg) (\S+)(?: \[([^\]]*)\])?/.exec(line)
  if (removed) return [{ name: removed[1] ?? '', before: removed[2] ?? '', after: null }]
  const installed = /^Inst (\S+)(?: \[([^\]]*)\])? \((\S+)/.exec(line)
  if (!installed) return []
  return [{ name: installed[1] ?? '', before: installed[2] ?? null, after: installed[3] ?? '' }]
}

/** When the package lists were fetched. */
export interface Lists {
  /** Whether there are any. */
  readonly present: boolean
  /** Seconds since 1970, with a fraction; 0 when it is not known. */
  readonly fetched: number
  /** Seconds since then, by the machine's own clock. */
  readonly age: number
}

const listsKind: ProbeKind<null, Lists> = {
  name: 'apt lists',
  ask: () =>
    constant(`
present=0
for file in /var/lib/apt/lists/*Release; do [ -e "$file" ] && present=1; done
printf '%s\\0%s\\0%s\\0' $present "$(date +%s)" "$(stat -c %.9Y /var/lib/apt/lists /var/lib/apt/periodic/update-success-stamp 2>/dev/null)"`),
  read: (output, questions) =>
    readFrames(output, questions, frame => {
      const present = frame.number() === 1
      const now = frame.number()
      const fetched = Math.max(0, ...frame.lines().map(Number))
      return [answer({ present, fetched, age: Math.max(0, now - Math.floor(fetched)) })]
    }),
  dependsOn: () => [path('/var/lib/apt'), { realm: 'package', name: '*' }],
}

/** When the package lists were fetched. */
export const packageLists = () => probeOf(listsKind)(null)
