import { UserError } from '../core/error.ts'
import { constant, quote } from '../core/shell.ts'
import type { Output, Request } from '../core/wire.ts'

/*
 * Each part runs in a subshell with files of its own beside the request's script, and the driver
 * removes them with it. Then come a line of exit codes, one for the size of each output and its
 * errors, wc's total, and the bytes.
 */
const LIBRARY = `provision_part() {
  provision_at=\${provision_script%.s}.$((provision_n += 1))
  provision_files="$provision_files $provision_at.o $provision_at.e"
  ( provision_part=$1; set --; eval "$provision_part" ) >"$provision_at.o" 2>"$provision_at.e" </dev/null
  provision_codes="$provision_codes $?"
}
provision_n=0 provision_codes= provision_files=
`
const END = `
echo $provision_codes
wc -c $provision_files && cat $provision_files
`

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
  const [together, ...alone] = await run([bundleOf(parts), ...others]).catch((error: unknown) => {
    if (error instanceof UserError && error.code === 'E_OUTPUT_LIMIT') return [undefined]
    throw error
  })
  const answers = partsOf(together, parts.length)
  if (answers === undefined) return run(requests)
  const [partly, otherwise] = [answers.values(), alone.values()]
  return requests.flatMap(request => (isPart(request) ? partly : otherwise).next().value ?? [])
}

const bundleOf = (parts: readonly Request[]): Request => {
  const calls = parts.map(({ script }) => `provision_part ${quote(script.text)}`)
  const limits = parts.flatMap(({ timeLimit }) => timeLimit ?? [])
  return {
    script: constant(`${LIBRARY}${calls.join('\n')}${END}`),
    ...(limits.length < parts.length ? {} : { timeLimit: Math.max(...limits) }),
  }
}

/** The parts' outputs; undefined where the bundle did not come to its end. */
const partsOf = (output: Output | undefined, count: number): readonly Output[] | undefined => {
  if (output === undefined || output.code !== 0 || output.timedOut) return undefined
  const reader = new Reader(output.stdout)
  const codes = reader.line().split(' ').map(Number)
  const sizes = Array.from({ length: 2 * count }, () => Number.parseInt(reader.line().trim(), 10))
  const total = Number.parseInt(reader.line().trim(), 10)
  if (codes.length !== count || total !== reader.left) return undefined
  return codes.map((code, i) => {
    const [stdout, stderr] = [reader.take(sizes[2 * i] ?? 0), reader.take(sizes[2 * i + 1] ?? 0)]
    return { code, stdout, stderr, ms: output.ms, timedOut: false }
  })
}

class Reader {
  #rest: Buffer

  constructor(bytes: Buffer) {
    this.#rest = bytes
  }

  get left(): number {
    return this.#rest.length
  }

  /** Without its newline; empty at the end. */
  line(): string {
    const end = this.#rest.indexOf('\n')
    const line = this.take(end < 0 ? this.left : end).toString()
    this.take(1)
    return line
  }

  take(size: number): Buffer {
    const taken = this.#rest.subarray(0, size)
    this.#rest = this.#rest.subarray(size)
    return taken
  }
}
