import {
  absent,
  account,
  answer,
  path,
  probeOf,
  unanswered,
  type ProbeKind,
} from '../core/probe.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { readFrames } from './frame.ts'

interface Question {
  readonly database: string
  /** All entries without one. */
  readonly key: string | undefined
  readonly service: string | undefined
}

// getent: 1 unknown database, 2 no such key, 3 the database cannot be listed.
const NO_KEY = 2

const kind: ProbeKind<Question, readonly string[]> = {
  name: 'getent',
  ask: questions =>
    lines(
      constant(`entry() { found=$(getent "$@" 2>&1); printf '%s\\0%s\\0' $? "$found"; }`),
      ...questions.map(
        ({ database, key, service }) =>
          sh`entry ${service === undefined ? [] : ['-s', service]} -- ${database} ${key === undefined ? [] : [key]}`,
      ),
    ),
  read: (output, questions) =>
    readFrames(output, questions, frame => {
      const code = frame.number()
      const found = frame.text()
      if (code === NO_KEY) return [absent]
      if (code !== 0) return [unanswered(found.trim() || `getent: exit code ${code}`)]
      return [answer(found.split('\n').filter(line => line !== ''))]
    }),
  dependsOn: () => [account('*'), path('/etc')],
}

/** Lines of a system database; absent: it has no such key. */
export const databaseEntry = probeOf(kind)
