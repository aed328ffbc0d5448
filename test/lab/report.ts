/** The JSON document of `--output json`, as far as tests read it. */
export interface Report {
  readonly hosts: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly tasks: readonly {
    readonly task: string
    readonly at: string
    readonly host: string
    readonly item: string | null
    readonly status: string
    readonly changes: readonly { readonly summary: string }[]
    readonly message: string | null
  }[]
  readonly roundTrips: Readonly<Record<string, number>>
}

/** The tasks of a report that failed, so that a test shows them instead of a number. */
export const failures = ({ tasks }: Report): Report['tasks'] =>
  tasks.filter(({ status }) => status === 'failed' || status === 'unreachable')

/** The tasks of a report that changed something. */
export const changed = ({ tasks }: Report): Report['tasks'] =>
  tasks.filter(({ status }) => status === 'changed' || status === 'maybe')
