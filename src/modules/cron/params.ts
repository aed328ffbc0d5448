import { alias, boolean, oneOf, optional, withDefault } from '../../core/schema.ts'
import { line, shapeOf } from '../../core/shapes.ts'

const time = shapeOf(String.raw`^[\w*,/~-]+$`, 'a field of crontab(5), such as 5, mon or */10')
const field = (description: string) => withDefault(time(description), '*')

const account = shapeOf(
  String.raw`^(?!-)(?!\.{1,2}$)[^\s:/,\0]+$`,
  'the name of an account, without blanks',
)
const cronFile = shapeOf(
  String.raw`^(?:/[^\0]*|(?!\.{1,2}$)[^/\0\n\r]+)$`,
  'the name of a file in /etc/cron.d, or an absolute path',
)

/** The parameters of `cron`, with Ansible's names and defaults. */
export const CRON_PARAMS = {
  name: line('Tells the job from others; with `env` the name of a variable.'),
  job: optional(alias(line('The command; with `env` the value of the variable.'), 'value')),
  state: withDefault(oneOf(['present', 'absent'], 'Whether the job exists.'), 'present'),
  minute: field('0 to 59, `*`, `*/5`, …'),
  hour: field('0 to 23.'),
  day: alias(field('Of the month, 1 to 31.'), 'dom'),
  month: field('1 to 12.'),
  weekday: alias(field('0 to 6, Sunday being 0.'), 'dow'),
  special_time: optional(
    oneOf(
      ['reboot', 'yearly', 'annually', 'monthly', 'weekly', 'daily', 'hourly'],
      'Instead of fields.',
    ),
  ),
  user: optional(account('Account whose job it is; the one that the task runs as without.')),
  cron_file: optional(
    cronFile('A file in /etc/cron.d, or an absolute path, instead of a crontab.'),
  ),
  disabled: withDefault(boolean('Keeps the job, but as a remark.'), false),
  env: withDefault(boolean('Sets a variable instead of a job.'), false),
  backup: withDefault(boolean('Keeps the old `cron_file`.'), false),
}
