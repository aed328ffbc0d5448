import { randomBytes } from 'node:crypto'
import { UserError } from '../core/error.ts'
import { constant, lines, sh } from '../core/shell.ts'
import type { Output, Request } from '../core/wire.ts'

/*
 * Each part runs in a subshell. Its output goes where the request's goes, and after it, between two
 * marks that nobody else knows, its exit code and what it has said of errors.
 */
const LIBRARY = constant(`provision_part() {
  ( provision_part=$1; set --; eval "$provision_part" ) 2>"$provision_errors" </dev/null
  printf '\\n%s %s\\n' $provision_mark $?
  [ ! -s "$provision_errors" ] || cat "$provision_errors"
  printf '\\n%s\\n' $provision_mark
}
provision_errors=\${provision_script%.s}.errors`)

/** Whether a request can share a process group with its neighbours. */
const isPart = ({ isQuestion, script, source, environment }: Request): boolean =>
  isQuestion === true &&
  script.input === undefined &&
  source === undefined &&
  environment === undefined

/**
 * Runs requests with their questions in one process group instead of one for each, which on the host
 * saves five processes a question. Where that comes to no end (a time limit, too much output), each is
 * asked alone.
 */
export const bundled = async (
  requests: readonly Request[],
  run: (requests: readonly Request[]) => Promise<readonly Output[]>,
): Promise<readonly Output[]> => {
  const parts = requests.filter(isPart)
  if (parts.length < 2 || !requests.every(({ isQuestion }) => isQuestion)) return run(requests)
  const others = requests.filter(request => !isPart(request))
  const mark = randomBytes(16).toString('hex')
  const [together, ...alone] = await run([bundleOf(parts, mark), ...others]).catch(
    (error: unknown) => {
      if (error instanceof UserError && error.code === 'E_OUTPUT_LIMIT') return [undefined]
      throw error
    },
  )
  const answers = partsOf(together, mark, parts.length)
  if (answers === undefined) return run(requests)
  const [partly, otherwise] = [answers.values(), alone.values()]
  return requests.flatMap(request => (isPart(request) ? partly : otherwise).next().value ?? [])
}

const bundleOf = (parts: readonly Request[], mark: string): Request => {
  const calls = parts.map(({ script }) => sh`provision_part ${script.text}`)
  const limits = parts.flatMap(({ timeLimit }) => timeLimit ?? [])
  return {
    script: lines(sh`provision_mark=${mark}`, LIBRARY, ...calls),
    ...(limits.length < parts.length ? {} : { timeLimit: Math.max(...limits) }),
  }
}

/** The parts' outputs; undefined where the bundle did not come to its end. */
const partsOf = (
  output: Output | undefined,
  mark: string,
  count: number,
): readonly Output[] | undefined => {
  if (output === undefined || output.code !== 0 || output.timedOut) return undefined
  const found: Output[] = []
  let rest = output.stdout
  const until = (end: string): Buffer | undefined => {
    const at = rest.indexOf(end)
    if (at < 0) return undefined
    const taken = rest.subarray(0, at)
    rest = rest.subarray(at + end.length)
    return taken
  }
  for (;;) {
    const stdout = until(`\n${mark} `)
    const code = until('\n')
    const stderr = until(`\n${mark}\n`)
    if (stdout === undefined || code === undefined || stderr === undefined) break
    found.push({ code: Number(code), stdout, stderr, ms: output.ms, timedOut: false })
  }
  return found.length === count && rest.length === 0 ? found : undefined
}
