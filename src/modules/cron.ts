import { becomes, type Change } from '../core/change.ts'
import { defineModule } from '../core/module.ts'
import { path as place, type Probe } from '../core/probe.ts'
import { fed, sh } from '../core/shell.ts'
import { crontab } from '../probes/crontab.ts'
import { identity } from '../probes/identity.ts'
import { CRON_PARAMS } from './cron/params.ts'
import { editCrontab, type CronWant } from './cron/lines.ts'
import { destination } from './destination.ts'
import { NOWHERE, type PossibleDestination } from './nowhere.ts'
import { putFile } from './putfile.ts'
import { fromBytes } from './source.ts'

type Questions = PossibleDestination & { readonly table: Probe<string> | undefined }

export const cron = defineModule({
  name: 'cron',
  summary: "Ensures that a job stands in an account's crontab or in a file of cron, or does not.",
  params: CRON_PARAMS,

  check(want) {
    if (want.env === true && want.name !== undefined && !/^[A-Za-z_]\w*$/.test(want.name))
      return `"${want.name}" cannot be the name of a variable`
    return want.state !== 'absent' && want.name !== undefined && want.job === undefined
      ? 'a job that is present needs a command: job'
      : undefined
  },

  async prepare(_want, { now }) {
    return Promise.resolve(now)
  },

  probes(want, known): Questions {
    const user = want.user ?? known(identity())?.user
    if (want.cron_file === undefined)
      return { ...NOWHERE, who: identity(), table: user === undefined ? undefined : crontab(user) }
    const at = fileOf(want.cron_file)
    return { ...destination(at, known, { follow: true, content: true }), table: undefined }
  },

  reach: want => [place(want.cron_file === undefined ? '/var/spool/cron' : fileOf(want.cron_file))],

  plan(want, actual) {
    if (want.cron_file !== undefined) {
      const before = actual.content?.bytes?.toString('utf8') ?? ''
      const after = editCrontab(before, want)
      if (after === before) return []
      const writing = { ...UNCHANGED, mode: actual.info?.mode ?? '0644', backup: want.backup }
      return putFile(actual, { now: want.prepared, next: fromBytes(after), want: writing })
    }
    const user = want.user ?? actual.who?.user ?? 'root'
    const before = actual.table ?? ''
    const after = editCrontab(before, want)
    return after === before ? [] : [install(want, user, { before: actual.table, after })]
  },
})

const UNCHANGED = { owner: undefined, group: undefined, validate: undefined, unsafe_writes: false }

const fileOf = (name: string): string => (name.startsWith('/') ? name : `/etc/cron.d/${name}`)

const install = (
  { name, state }: CronWant,
  user: string,
  { before, after }: { before: string | null; after: string },
): Change => ({
  do: 'run',
  summary: `${state === 'absent' ? 'remove' : 'set'} "${name}" in the crontab of ${user}`,
  diff: { kind: 'text', path: `crontab of ${user}`, before, after },
  script: fed(sh`crontab -u ${user} -`, after),
  effects: [becomes(crontab(user), after)],
  scope: [place('/var/spool/cron')],
})
