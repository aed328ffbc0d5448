import { alias, boolean, oneOf, optional, text, withDefault } from '../../core/schema.ts'

const field = (description: string) => withDefault(text(description), '*')

/** The parameters of `cron`, with Ansible's names and defaults. */
export const CRON_PARAMS = {
  name: text('Tells the job from others; with `env` the name of a variable.'),
  job: optional(alias(text('The command; with `env` the value of the variable.'), 'value')),
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
  user: optional(text('Account whose job it is; the one that the task runs as without.')),
  cron_file: optional(text('A file in /etc/cron.d, or an absolute path, instead of a crontab.')),
  disabled: withDefault(boolean('Keeps the job, but as a remark.'), false),
  env: withDefault(boolean('Sets a variable instead of a job.'), false),
  backup: withDefault(boolean('Keeps the old `cron_file`.'), false),
}
