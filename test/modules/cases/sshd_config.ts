import { content } from '../../../src/probes/content.ts'
import { path } from '../../../src/probes/path.ts'
import { sshdOptions, type Sshd } from '../../../src/probes/sshd.ts'
import { holding, info, is, type Case } from '../model.ts'

const FILE = '/etc/ssh/sshd_config.d/10-x.conf'
const TEXT = 'X11Forwarding no\nAcceptEnv A\nAcceptEnv B\n'
const args = { name: '10-x', options: { X11Forwarding: false, AcceptEnv: ['A', 'B'] } }
const directory = is(path('/etc/ssh/sshd_config.d'), info({ kind: 'directory' }))
const stands = [directory, is(path(FILE), info()), is(content(FILE), holding(TEXT))]
const differs = [{ name: 'x11forwarding', now: 'yes', wanted: 'no' }]
const sshd = (value: Sshd) =>
  is(sshdOptions({ text: TEXT, names: ['x11forwarding', 'acceptenv'] }), value)
const runs = { kind: 'read', unit: 'ssh.service', differing: [], unread: [] } as const

export const cases: readonly Case[] = [
  {
    case: 'writes and reloads',
    args,
    answers: [directory, sshd({ ...runs, differing: differs })],
    changes: [`write ${FILE} and reload ssh.service`],
  },
  {
    case: 'writes without a reload where each connection reads anew',
    args,
    answers: [directory, sshd({ ...runs, unit: '', differing: differs })],
    changes: [`write ${FILE}`],
  },
  { case: 'leaves what is in force', args, answers: [...stands, sshd(runs)], converged: true },
  {
    case: 'reloads an sshd that is older than its files',
    args,
    answers: [...stands, sshd({ ...runs, unread: [FILE] })],
    changes: [`reload ssh.service: it has not read ${FILE}`],
  },
  {
    case: 'names a value that another file overrides',
    args,
    answers: [...stands, sshd({ ...runs, differing: differs })],
    error: 'E_SSHD_OVERRIDDEN',
  },
  {
    case: 'passes on what sshd refuses',
    args,
    answers: [directory, sshd({ kind: 'refused', message: 'Bad configuration option' })],
    error: 'E_SSHD_OPTION',
  },
  { case: 'names a missing sshd', args, answers: [directory], error: 'E_SSHD_MISSING' },
]
