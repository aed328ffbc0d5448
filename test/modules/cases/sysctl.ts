import { content } from '../../../src/probes/content.ts'
import { kernelParameter } from '../../../src/probes/kernel.ts'
import { path } from '../../../src/probes/path.ts'
import { holding, info, is, type Case } from '../model.ts'

const NAME = 'net.ipv4.ip_forward'
const FILE = '/etc/sysctl.conf'
const etc = is(path('/etc'), info({ kind: 'directory' }))
const written = (text: string) => [etc, is(path(FILE), info()), is(content(FILE), holding(text))]
const live = (value: string, writable = true) => is(kernelParameter(NAME), { value, writable })

export const cases: readonly Case[] = [
  {
    case: 'sets the file and the kernel',
    args: { name: NAME, value: 1 },
    answers: [etc, live('0')],
    changes: [`create ${FILE}`, `${NAME} = 1`],
  },
  {
    case: 'leaves what is set, however it is written',
    args: { name: 'net/ipv4/ip_forward', value: '1' },
    answers: [
      ...written(`# x\n ${NAME}=1\n`),
      is(kernelParameter('net/ipv4/ip_forward'), { value: '1', writable: true }),
    ],
    converged: true,
  },
  {
    case: 'replaces a line, and takes out a second one',
    args: { name: NAME, value: '1' },
    answers: [...written(`${NAME}=0\nvm.swappiness=1\n${NAME}=1\n`), live('1')],
    changes: [`write ${FILE}`],
  },
  {
    case: 'leaves the kernel alone when told so',
    args: { name: NAME, value: '1', reload: false },
    answers: [...written(`${NAME}=1\n`)],
    converged: true,
  },
  {
    case: 'takes it out',
    args: { name: NAME, state: 'absent' },
    answers: written(`${NAME}=1\n`),
    changes: [`write ${FILE}`],
  },
  {
    case: 'names an unknown parameter',
    args: { name: NAME, value: '1' },
    answers: [etc],
    error: 'E_SYSCTL_UNKNOWN',
  },
  {
    case: 'names a kernel that cannot be changed from there',
    args: { name: NAME, value: '1' },
    answers: [etc, live('0', false)],
    error: 'E_SYSCTL_READ_ONLY',
  },
]
