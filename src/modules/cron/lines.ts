import type { Want } from '../../core/schema.ts'
import type { CRON_PARAMS } from './params.ts'

export type CronWant = Want<typeof CRON_PARAMS>

// Ansible's own remark, so that its entries are found and taken over.
const mark = (name: string): string => `#Ansible: ${name}`

/** The line of the task's job or variable. */
const cronLine = (want: CronWant): string => {
  if (want.env) return `${want.name}="${want.job ?? ''}"`
  const when =
    want.special_time === undefined
      ? [want.minute, want.hour, want.day, want.month, want.weekday].join(' ')
      : `@${want.special_time}`
  const user = want.cron_file === undefined ? '' : ` ${want.user ?? 'root'}`
  return `${want.disabled ? '#' : ''}${when}${user} ${want.job ?? ''}`
}

/** The text with the job (or variable) once, or without it. */
export const editCrontab = (text: string, want: CronWant): string => {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  const edited = want.env ? editVariable(lines, want) : editJob(lines, want)
  return edited.map(line => `${line}\n`).join('')
}

const editJob = (lines: readonly string[], want: CronWant): string[] => {
  const at = lines.indexOf(mark(want.name))
  const without = at < 0 ? [...lines] : [...lines.slice(0, at), ...lines.slice(at + 2)]
  if (want.state === 'absent') return without
  without.splice(at < 0 ? without.length : at, 0, mark(want.name), cronLine(want))
  return without
}

const editVariable = (lines: readonly string[], want: CronWant): string[] => {
  const sets = (line: string): boolean =>
    line.replace(/\s*=.*/, '') === want.name && line.includes('=')
  const at = lines.findIndex(sets)
  const without = lines.filter(line => !sets(line))
  if (want.state === 'absent') return without
  // A variable holds for the jobs below it.
  without.splice(Math.max(at, 0), 0, cronLine(want))
  return without
}
