import { defineModule } from '../core/module.ts'
import { absolutePath, integer, oneOf, optional, text, withDefault } from '../core/schema.ts'
import { host } from '../core/shapes.ts'
import { sh } from '../core/shell.ts'
import { Uncertain } from '../core/uncertain.ts'
import { lazily } from './result.ts'
import { awaited, waitWords, type Awaited } from '../probes/awaited.ts'
import { extendedRegex, notExtended } from './wait/extended.ts'

export const waitFor = defineModule({
  name: 'wait_for',
  summary: 'Waits until a port answers or a file is there, or until it is not.',
  crossesMachines: true,
  params: {
    host: withDefault(host('The name or address to connect to, from the host.'), '127.0.0.1'),
    port: optional(integer('The TCP port.')),
    path: optional(absolutePath('The file, in place of a port.')),
    state: withDefault(
      oneOf(['started', 'present', 'stopped', 'absent', 'drained'], 'What to wait for.'),
      'started',
    ),
    search_regex: optional(text('What a line of the file has to match.')),
    timeout: withDefault(integer('Seconds after which it fails.'), 300),
    connect_timeout: withDefault(integer('Seconds for one attempt to connect.'), 5),
    delay: withDefault(integer('Seconds before the first look.'), 0),
    sleep: withDefault(integer('Seconds between two looks.'), 1),
    msg: optional(text('What is said when it fails.')),
  },
  touches: [],

  check(want) {
    if (want.port !== undefined && want.path !== undefined)
      return 'port and path exclude each other'
    if (want.search_regex !== undefined && want.path === undefined)
      return 'search_regex is supported with path only'
    if (want.state === 'drained' && want.port === undefined) return 'drained needs port'
    return want.search_regex === undefined ? undefined : notExtended(want.search_regex)
  },

  probes: want => {
    const question = questionOf(want)
    return { met: question === undefined || want.delay > 0 ? undefined : awaited(question) }
  },

  plan(want, actual) {
    const question = questionOf(want)
    if (actual.met === true) return []
    return [
      {
        do: 'run',
        summary: `wait for ${describe(want)}`,
        script: question === undefined ? sh`sleep ${want.timeout}` : waitWords(question, want),
        codes: 'any',
        timeLimit: want.delay + want.timeout + want.connect_timeout + 10,
        effects: [],
        scope: [],
        act: question === undefined ? { kind: 'unproved' } : provedBy(question),
        onlyLooks: true,
      },
    ]
  },

  result(want, _, __, [outcome]) {
    const { state, port, path, search_regex } = want
    const fields = { state, port, path, search_regex, match_groups: [], match_groupdict: {} }
    if (outcome === undefined) return { ...fields, elapsed: 0 }
    const { output } = outcome
    if (output === undefined)
      return lazily({
        elapsed() {
          throw new Uncertain('nobody knows how long the waiting will take')
        },
      })
    const elapsed = Math.round(output.ms / 1000)
    if (output.code === 0) return { ...fields, elapsed }
    const said = output.stderr.toString('utf8').trim()
    const msg = want.msg ?? (said === '' ? `Timeout when waiting for ${describe(want)}` : said)
    return { ...fields, elapsed, failed: true, msg }
  },
})

interface WaitWant {
  readonly host: string
  readonly port: number | undefined
  readonly path: string | undefined
  readonly state: 'started' | 'present' | 'stopped' | 'absent' | 'drained'
  readonly search_regex: string | undefined
  readonly connect_timeout: number
}

/** Undefined: with neither port nor path it is a pause. */
const questionOf = (want: WaitWant): Awaited | undefined => {
  const gone = want.state === 'stopped' || want.state === 'absent'
  if (want.path !== undefined) {
    const regex = want.search_regex === undefined ? '' : extendedRegex(want.search_regex)
    return { for: gone ? 'no file' : 'file', path: want.path, regex }
  }
  if (want.port === undefined) return undefined
  const { host, port, connect_timeout: timeout } = want
  if (want.state === 'drained') return { for: 'drained', port }
  return { for: gone ? 'no port' : 'port', host, port, timeout }
}

const provedBy = (question: Awaited) => ({
  kind: 'proved by' as const,
  probe: awaited(question),
  holds: (_: unknown, after: unknown) => after === true || 'it was so for a moment only',
})

const describe = ({ host, port, path, state }: WaitWant): string => {
  if (path !== undefined) return `${path} (${state})`
  return port === undefined ? 'some time' : `${host}:${port} (${state})`
}
