import { path } from '../../../src/probes/path.ts'
import { resolve } from '../../../src/probes/resolve.ts'
import { tree } from '../../../src/probes/tree.ts'
import { info, is, type Case } from '../model.ts'

const etc = is(path('/etc'), info({ kind: 'directory' }))
const here = (fields: Parameters<typeof info>[0]) => is(path('/etc/x'), info(fields))

export const cases: readonly Case[] = [
  {
    case: 'makes a directory',
    args: { path: '/etc/x', state: 'directory', mode: '0750', owner: 'www-data' },
    answers: [etc],
    changes: ['make directory /etc/x'],
  },
  {
    case: 'makes a directory below one that is missing',
    args: { path: '/etc/x/y/z', state: 'directory' },
    answers: [etc],
  },
  {
    case: 'leaves a directory that is as wanted',
    args: { path: '/etc/x/', state: 'directory', mode: '0755', owner: 'root' },
    answers: [etc, is(path('/etc/x'), info({ kind: 'directory' }))],
    converged: true,
  },
  {
    case: 'makes a directory where a link leads',
    args: { path: '/etc/x', state: 'directory' },
    answers: [
      is(resolve('/etc/x'), {
        path: '/etc/x',
        physical: '/srv',
        via: [{ link: '/etc/x', rest: '' }],
      }),
      is(path('/'), info({ kind: 'directory' })),
    ],
    changes: ['make directory /srv'],
  },
  {
    case: 'sets attributes of all below',
    args: { path: '/etc/x', state: 'directory', recurse: true, mode: 'u=rwX,g=rX,o=', owner: '33' },
    answers: [
      etc,
      here({ kind: 'directory' }),
      is(tree('/etc/x'), [
        { ...info(), path: 'a' },
        { ...info({ kind: 'link', target: 'a' }), path: 'b' },
        { ...info({ kind: 'directory' }), path: 'c' },
      ]),
    ],
    changes: [
      'mode and owner of /etc/x',
      'mode and owner of /etc/x/a',
      'owner of /etc/x/b',
      'mode and owner of /etc/x/c',
    ],
  },
  {
    case: 'refuses a file where a directory should be',
    args: { path: '/etc/x', state: 'directory' },
    answers: [etc, here({})],
    error: 'E_NOT_A_DIRECTORY',
  },
  {
    case: 'changes the mode of a file',
    args: { path: '/etc/x', mode: 'o-r' },
    answers: [etc, here({})],
    changes: ['mode of /etc/x'],
  },
  {
    case: 'reads an integer owner as a number',
    args: { path: '/etc/x', owner: 0, group: '0' },
    answers: [etc, here({})],
    converged: true,
  },
  {
    case: 'needs something to be there for attributes alone',
    args: { path: '/etc/x', mode: '0600' },
    answers: [etc],
    error: 'E_ABSENT',
  },
  {
    case: 'removes a file',
    args: { path: '/etc/x', state: 'absent' },
    answers: [etc, here({})],
    changes: ['remove file /etc/x'],
  },
  {
    case: 'has nothing to remove',
    args: { path: '/etc/x', state: 'absent' },
    answers: [etc],
    converged: true,
  },
  {
    case: 'does not remove the root',
    args: { path: '/', state: 'absent' },
    answers: [is(path('/'), info({ kind: 'directory' }))],
    error: 'E_REMOVES_ROOT',
  },
  {
    case: 'makes an empty file',
    args: { path: '/etc/x', state: 'touch', mode: '0600' },
    answers: [etc],
    changes: ['create /etc/x'],
  },
  {
    case: 'touches a file',
    args: { path: '/etc/x', state: 'touch', mode: '0600' },
    answers: [etc, here({})],
    changes: ['touch /etc/x', 'mode of /etc/x'],
  },
  {
    case: 'keeps times that are to be preserved',
    args: {
      path: '/etc/x',
      state: 'touch',
      access_time: 'preserve',
      modification_time: 'preserve',
    },
    answers: [etc, here({})],
    converged: true,
  },
  {
    case: 'makes a link',
    args: { path: '/etc/x', state: 'link', src: '/srv' },
    answers: [etc, is(path('/srv'), info({ kind: 'directory' }))],
    changes: ['link /etc/x to /srv'],
  },
  {
    case: 'makes a relative link',
    args: { path: '/etc/x', state: 'link', src: 'y' },
    answers: [etc, is(path('/etc/y'), info())],
  },
  {
    case: 'points a link elsewhere',
    args: { path: '/etc/x', state: 'link', src: '/srv' },
    answers: [etc, here({ kind: 'link', target: '/opt' }), is(path('/srv'), info())],
    changes: ['link /etc/x to /srv'],
  },
  {
    case: 'leaves a link that is right',
    args: { path: '/etc/x', state: 'link', src: '/srv' },
    answers: [etc, here({ kind: 'link', target: '/srv' }), is(path('/srv'), info())],
    converged: true,
  },
  {
    case: 'makes no link to nothing',
    args: { path: '/etc/x', state: 'link', src: '/srv' },
    answers: [etc],
    error: 'E_ABSENT',
  },
  {
    case: 'makes a link to nothing with force',
    args: { path: '/etc/x', state: 'link', src: '/srv', force: true },
    answers: [etc],
    changes: ['link /etc/x to /srv'],
  },
  {
    case: 'puts no link over a file',
    args: { path: '/etc/x', state: 'link', src: '/srv' },
    answers: [etc, here({}), is(path('/srv'), info())],
    error: 'E_EXISTS',
  },
  {
    case: 'makes a second name',
    args: { path: '/etc/x', state: 'hard', src: '/etc/y' },
    answers: [etc, is(path('/etc/y'), info({ inode: 7 }))],
    changes: ['link /etc/x to the file /etc/y'],
  },
]
