import { content } from '../../../src/probes/content.ts'
import { crontab } from '../../../src/probes/crontab.ts'
import { path } from '../../../src/probes/path.ts'
import { holding, info, is, type Case } from '../model.ts'

const ENTRY = '#Ansible: backup\n5 3 * * * /bin/backup\n'
const args = { name: 'backup', job: '/bin/backup', minute: '5', hour: '3' }
const table = (text: string) => [is(crontab('root'), text)]
const file = [
  is(path('/etc/cron.d'), info({ kind: 'directory' })),
  is(path('/etc/cron.d/x'), info()),
  is(content('/etc/cron.d/x'), holding('#Ansible: backup\n@daily www /bin/backup\n')),
]

export const cases: readonly Case[] = [
  { case: 'adds a job', args, changes: ['set "backup" in the crontab of root'] },
  { case: 'leaves a job', args, answers: table(`MAILTO=x\n${ENTRY}`), converged: true },
  {
    case: 'changes a job where it stands',
    args: { ...args, minute: '6' },
    answers: table(`${ENTRY}#Ansible: other\n* * * * * x\n`),
    changes: ['set "backup" in the crontab of root'],
  },
  {
    case: 'disables',
    args: { ...args, disabled: true },
    answers: table(ENTRY),
    changes: ['set "backup" in the crontab of root'],
  },
  {
    case: 'removes',
    args: { name: 'backup', state: 'absent' },
    answers: table(ENTRY),
    changes: ['remove "backup" in the crontab of root'],
  },
  { case: 'has nothing to remove', args: { name: 'backup', state: 'absent' }, converged: true },
  {
    case: 'sets a variable',
    args: { name: 'MAILTO', job: 'me', env: true, user: 'www' },
    answers: [is(crontab('www'), ENTRY)],
    changes: ['set "MAILTO" in the crontab of www'],
  },
  {
    case: 'leaves a variable',
    args: { name: 'MAILTO', job: 'me', env: true },
    answers: table('MAILTO="me"\n'),
    converged: true,
  },
  {
    case: 'leaves a file of cron',
    args: {
      name: 'backup',
      job: '/bin/backup',
      special_time: 'daily',
      user: 'www',
      cron_file: 'x',
    },
    answers: file,
    converged: true,
  },
  {
    case: 'writes a file of cron',
    args: { ...args, cron_file: 'x', user: 'www' },
    answers: file,
    changes: ['write /etc/cron.d/x'],
  },
]
