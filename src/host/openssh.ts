import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { UserError } from '../core/error.ts'
import { constant, lines, sh, type Words } from '../core/shell.ts'

/** What `ssh -G` prints for a host under these arguments; undefined where OpenSSH is not installed. */
export const askOpenSsh = (
  host: string,
  sshArguments: readonly string[],
): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    if (waiting.length === 0) setImmediate(askWaiting)
    waiting.push({ host, words: ['-G', ...sshArguments, '--', host], resolve, reject })
  })

interface Waiting {
  readonly host: string
  readonly words: readonly string[]
  readonly resolve: (printed: string | undefined) => void
  readonly reject: (error: UserError) => void
}

let waiting: Waiting[] = []

/*
 * To start a process stops ours for as long as it takes to copy its tables of memory, some 20 ms. So
 * hosts that are asked about at the same time share a shell, and many have one for each core.
 */
const askWaiting = (): void => {
  const all = waiting
  waiting = []
  const size = Math.max(FEW, Math.ceil(all.length / availableParallelism()))
  for (let i = 0; i < all.length; i += size) askTogether(all.slice(i, i + size))
}

/** As long as one shell takes for them, one can wait. */
const FEW = 8

const TIME_LIMIT_MS = 20_000

const askTogether = (asked: readonly Waiting[]): void => {
  if (asked.length < 2) {
    for (const one of asked) askAlone(one)
    return
  }
  const timeout = TIME_LIMIT_MS * asked.length
  const options = { env: process.env, timeout, maxBuffer: Infinity }
  const child = execFile('sh', options, (_, stdout) => {
    const printed = stdout.split('\0')
    for (const [i, one] of asked.entries())
      // What fails is asked once more, for its errors and ours.
      if (printed[2 * i + 1] === '0') one.resolve(printed[2 * i])
      else askAlone(one)
  })
  child.stdin?.on('error', () => undefined).end(lines(...asked.map(questionOf)).text)
}

const questionOf = ({ words }: Waiting): Words =>
  lines(
    sh`${constant('ssh')} ${words} </dev/null 2>/dev/null`,
    constant(String.raw`printf '\0%s\0' $?`),
  )

const askAlone = ({ host, words, resolve, reject }: Waiting): void => {
  const options = { env: process.env, timeout: TIME_LIMIT_MS }
  const child = execFile('ssh', words, options, (error, stdout, stderr) => {
    if (error === null) resolve(stdout)
    else if (error.code === 'ENOENT') resolve(undefined)
    else
      reject(
        new UserError('E_SSH_CONFIG', `ssh -G ${host}: ${stderr.trim() || error.message}`, {
          hint: "correct OpenSSH's configuration or the ansible_ssh_*_args",
          cause: error,
        }),
      )
  })
  child.stdin?.end()
}
