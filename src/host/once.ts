import type { Output, Request } from '../core/wire.ts'

const NOTHING = Buffer.alloc(0)
const SUCCEEDED: Output = { code: 0, stdout: NOTHING, stderr: NOTHING, ms: 0, timedOut: false }

/** What has been run in a shell that need not be run there again. */
export class Once {
  readonly #succeeded = new Set<string>()

  /** Runs the requests but for those that are for once and have succeeded. */
  async run(
    requests: readonly Request[],
    run: (due: readonly Request[]) => Promise<readonly Output[]>,
  ): Promise<readonly Output[]> {
    const isDue = requests.map(
      ({ oncePerShell, script }) => oncePerShell !== true || !this.#succeeded.has(script.text),
    )
    const due = requests.filter((_, i) => isDue[i])
    const outputs = due.length === 0 ? [] : await run(due)
    for (const [i, { oncePerShell, script }] of due.entries())
      if (oncePerShell === true && outputs[i]?.code === 0) this.#succeeded.add(script.text)
    const fresh = outputs.values()
    return isDue.flatMap(it => (it ? (fresh.next().value ?? []) : SUCCEEDED))
  }
}
