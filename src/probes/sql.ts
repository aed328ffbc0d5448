import { UserError } from '../core/error.ts'
import { groupBy } from '../core/group.ts'
import {
  answer,
  unanswered,
  type Answer,
  type Place,
  type Probe,
  type ProbeKind,
} from '../core/probe.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { withFields } from '../core/uncertain.ts'
import { readFrames, type Frame } from './frame.ts'
import { CLIENT, LITERALS_ESCAPE } from './sqlclient.ts'
import { afterInstallation } from './sqlfresh.ts'
import { readXml, type ResultSet, type Row } from './sqlxml.ts'

export type Engine = 'mysql' | 'mariadb'

/** What a database server on the machine was asked and said. */
export type Server<A> =
  | {
      readonly kind: 'running'
      readonly engine: Engine
      /** As the server gives it, such as `11.8.6-MariaDB-0+deb13u1 from Debian`. */
      readonly version: string
      /** Null: the server answered that there is none. */
      readonly found: A | null
    }
  | { readonly kind: 'stopped'; readonly engine: Engine; readonly message: string }
  | {
      readonly kind: 'not installed'
      /** Whether an earlier server has left its data, which a new one would take. */
      readonly leftovers: boolean
    }

/** What one statement was answered. */
export type Reply =
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'failed'; readonly number: number; readonly message: string }

/** Questions go over the server's local socket, as its root account. */
export interface SqlQuestion {
  readonly socket: string
}

/** Where Debian's and Ubuntu's packages of both engines put the socket. */
export const SOCKET = '/run/mysqld/mysqld.sock'

interface SqlKind<Q extends SqlQuestion, A> {
  readonly name: string
  /** One statement per element; each must give rows. */
  statements(question: Q): readonly string[]
  /** One reply per statement. Throws SqlRefused for a failure that is no answer. */
  read(replies: readonly Reply[], question: Q): A | null
  /** Statements of the user's own: each question gets a client of its own. */
  readonly alone?: boolean
  /** What a server answers that has just been installed; throws Uncertain for what varies. */
  fresh(question: Q, engine: Engine): A | null
  /** What else a dry run has to know, such as whether another server's changes come here. */
  alsoAsks?(question: Q): readonly Probe<unknown>[]
}

/** A reader's word for a statement that failed. */
export class SqlRefused extends Error {}

/** A kind of question that statements answer; all questions to a socket share one client. */
export const sqlKind = <Q extends SqlQuestion, A>(of: SqlKind<Q, A>): ProbeKind<Q, Server<A>> => ({
  name: of.name,
  ask: questions =>
    lines(
      constant(LIBRARY),
      ...runsOf(of, questions).map(
        ({ socket, asked }) => sh`ask ${socket} ${conversation(asked.map(q => of.statements(q)))}`,
      ),
    ),
  read(output, questions) {
    const runs = runsOf(of, questions).values()
    const inRuns = runsOf(of, questions).flatMap(run => run.asked)
    const answers = readFrames(output, inRuns, frame => readRun(of, frame, next(runs).asked))
    const byQuestion = new Map(inRuns.map((question, i) => [question, answers[i]]))
    return questions.map(q => byQuestion.get(q) ?? unanswered('the client gave no answer'))
  },
  dependsOn: () => PLACES,
  crossesMachines: true,
  follows: afterInstallation(of),
})

/** A server's answers can change with its data, its package, its unit and its configuration. */
const PLACES: readonly Place[] = [
  { realm: 'sql', name: '*' },
  { realm: 'package', name: '*' },
  { realm: 'unit', name: 'mysql.service' },
  { realm: 'unit', name: 'mariadb.service' },
]

/** The scope of a change that statements make. */
export const SQL_SCOPE: readonly Place[] = [{ realm: 'sql', name: '*' }]

interface ClientRun<Q> {
  readonly socket: string
  readonly asked: readonly Q[]
}

const runsOf = <Q extends SqlQuestion, A>(
  of: SqlKind<Q, A>,
  questions: readonly Q[],
): readonly ClientRun<Q>[] => {
  if (of.alone === true) return questions.map(q => ({ socket: q.socket, asked: [q] }))
  const groups = groupBy(questions, question => question.socket)
  return [...groups].map(([socket, asked]) => ({ socket, asked }))
}

const next = <T>(items: Iterator<T, unknown>): T => {
  const { done, value } = items.next()
  if (done === true) throw new TypeError('more client runs were answered than were asked')
  return value
}

// Statements reach the client on its standard input: printf is the shell's own. The client's
// errors are caught apart, since they may come in between the rows.
const LIBRARY = `${CLIENT}
ask() {
  installed=$(server)
  printf '%s\\0' "$installed"
  if [ -z "$installed" ]; then printf '\\0000\\000%s\\000' "$(ls -A /var/lib/mysql 2>/dev/null)"; return; fi
  { said=$(printf %s "$2" | client "$1" --xml --force 2>&1 >&3); code=$?; } 3>&1
  printf '\\000%s\\000%s\\000' "$code" "$said"
}`

const conversation = (statements: readonly (readonly string[])[]): string =>
  [
    LITERALS_ESCAPE,
    'SET SESSION TRANSACTION READ ONLY',
    'SELECT VERSION() AS version',
    // An answer to SHOW ERRORS ends each statement's own, also when that has failed.
    ...statements.flat().flatMap(statement => [statement, END]),
    '',
  ].join(';\n')

const END = 'SHOW ERRORS'

const readRun = <Q extends SqlQuestion, A>(
  of: SqlKind<Q, A>,
  frame: Frame,
  questions: readonly Q[],
): readonly Answer<Server<A>>[] => {
  const engine = frame.text()
  const [versionOf, ...sets] = readXml(frame.text())
  const code = frame.number()
  const said = frame.text()
  const all = (same: Answer<Server<A>>) => questions.map(() => same)
  if (engine === '') return all(answer({ kind: 'not installed', leftovers: said !== '' }))
  if (versionOf === undefined) return all(notReached(engine as Engine, code, said))
  const version = versionOf.rows[0]?.['version'] ?? ''
  const replies = repliesOf(sets)
  let at = 0
  return questions.map(question => {
    const own = replies.slice(at, (at += of.statements(question).length))
    return readOne(() => ({ kind: 'running', ...serverOf(version), found: of.read(own, question) }))
  })
}

const serverOf = (version: string): { engine: Engine; version: string } => ({
  engine: version.includes('MariaDB') ? 'mariadb' : 'mysql',
  version,
})

const readOne = <A>(read: () => Server<A>): Answer<Server<A>> => {
  try {
    return answer(read())
  } catch (error) {
    if (error instanceof SqlRefused) return unanswered(error.message)
    throw error
  }
}

/** CR_CONNECTION_ERROR: nobody listens on the socket. */
const NOBODY_LISTENS = /^ERROR 2002 /m

const notReached = (
  engine: Engine,
  code: number,
  said: string,
): Answer<never> | Answer<Server<never>> =>
  NOBODY_LISTENS.test(said)
    ? answer<Server<never>>({ kind: 'stopped', engine, message: said.trim() })
    : unanswered(`the client ended with ${code}: ${said.trim().slice(0, 500)}`)

const repliesOf = (sets: readonly ResultSet[]): readonly Reply[] => {
  const replies: Reply[] = []
  let rows: Row[] | undefined
  for (const set of sets) {
    if (set.statement !== END) rows = [...(rows ?? []), ...set.rows]
    else {
      replies.push(
        replyOf(
          rows,
          set.rows.find(row => row['Level'] === 'Error'),
        ),
      )
      rows = undefined
    }
  }
  return replies
}

const replyOf = (rows: Row[] | undefined, error: Row | undefined): Reply =>
  rows === undefined
    ? {
        kind: 'failed',
        number: Number(error?.['Code'] ?? 0),
        message: error?.['Message'] ?? 'the statement gave no rows',
      }
    : { kind: 'rows', rows }

/** The rows of a statement that must not fail. */
export const rowsOf = (reply: Reply | undefined): readonly Row[] => {
  if (reply?.kind === 'rows') return reply.rows
  throw new SqlRefused(reply === undefined ? 'the connection broke off' : reply.message)
}

/** A server that answers. */
export type Running<A> = Server<A> & { readonly kind: 'running' }

/** The answer of a server that can be asked. Throws UserError where there is none. */
export const mustRun = <A>(server: Server<A> | null): Running<A> => {
  if (server?.kind === 'running') return server
  if (server?.kind === 'stopped')
    throw new UserError('E_SQL_STOPPED', `the database server does not answer: ${server.message}`, {
      hint: 'look at "systemctl status mysql mariadb" and at the journal of the unit on the host',
    })
  throw new UserError('E_SQL_NO_SERVER', 'no database server is installed here', {
    hint: 'install one first: mysql-server or mariadb-server',
  })
}

/** The same server with another answer. */
export const answering = <A>(server: Running<unknown>, found: A | null): Running<A> =>
  withFields(server as Running<A>, { found })
