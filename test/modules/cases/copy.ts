import { withUncertain } from '../../../src/core/uncertain.ts'
import { content, novelContent } from '../../../src/probes/content.ts'
import { fileAppears } from '../../../src/probes/effects.ts'
import { path } from '../../../src/probes/path.ts'
import { resolve } from '../../../src/probes/resolve.ts'
import { tree } from '../../../src/probes/tree.ts'
import { files, holding, info, is, sourceOf, type Case } from '../model.ts'

const directory = info({ kind: 'directory' })
const etc = is(path('/etc'), directory)
const x = (text: string, fields: Parameters<typeof info>[0] = {}) => [
  is(path('/etc/x'), info({ size: text.length, ...fields })),
  is(content('/etc/x'), holding(text)),
]
const TREE = {
  kindOf: (src: string) =>
    Promise.resolve<'file' | 'directory'>(
      src.startsWith('site') && !src.endsWith('l') ? 'directory' : 'file',
    ),
  file: () => Promise.resolve(sourceOf('linked')),
  tree: () =>
    Promise.resolve([
      { path: 'a', kind: 'file' as const, mode: '0600', source: sourceOf('a') },
      { path: 'd', kind: 'directory' as const, mode: '0700' },
      { path: 'd/b', kind: 'file' as const, mode: '0640', source: sourceOf('b') },
      { path: 'l', kind: 'link' as const, mode: '0777', target: 'a' },
    ]),
}

const withoutGid = withUncertain(
  info({ kind: 'directory', mode: '2755', group: 'web' }),
  ['gid'],
  'only the name is known',
)

const UNISSUED = novelContent('certificate', 'it is yet to be issued')

export const cases: readonly Case[] = [
  {
    case: 'copies a file of the host that is yet to be issued',
    args: { src: '/etc/x', dest: '/etc/y', remote_src: true, mode: '0600' },
    answers: [etc],
    earlier: fileAppears('/etc/x', info(), UNISSUED),
    changes: ['create /etc/y'],
  },
  {
    case: 'copies it over what stands there, which it cannot be',
    args: { src: '/etc/x', dest: '/etc/y', remote_src: true },
    answers: [etc, is(path('/etc/y'), info()), is(content('/etc/y'), holding('old'))],
    earlier: fileAppears('/etc/x', info(), UNISSUED),
    changes: ['write /etc/y'],
  },
  {
    case: 'leaves the copy of it that an earlier task makes',
    args: { src: '/etc/x', dest: '/etc/y', remote_src: true },
    answers: [etc],
    earlier: [
      ...fileAppears('/etc/x', info(), UNISSUED),
      ...fileAppears('/etc/y', info(), UNISSUED),
    ],
    converged: true,
  },
  {
    case: 'creates a file in a setgid directory that a dry run foretold',
    args: { content: 'x', dest: '/etc/x' },
    answers: [is(path('/etc'), withoutGid)],
    changes: ['create /etc/x'],
  },
  {
    case: 'creates a file',
    args: { content: 'hello', dest: '/etc/x' },
    answers: [etc],
    changes: ['create /etc/x'],
  },
  {
    case: 'writes a file that differs',
    args: { content: 'hello', dest: '/etc/x', mode: '0600', owner: 'www-data', backup: true },
    answers: [etc, ...x('old')],
    changes: ['write /etc/x and set its attributes'],
  },
  {
    case: 'leaves a file that is the same',
    args: { content: 'same', dest: '/etc/x' },
    answers: [etc, ...x('same', { mode: '0600', owner: 'www-data' })],
    converged: true,
  },
  {
    case: 'changes attributes alone',
    args: { content: 'same', dest: '/etc/x', mode: 'u+x' },
    answers: [etc, ...x('same')],
    changes: ['mode of /etc/x'],
  },
  {
    case: 'leaves what exists without force',
    args: { content: 'new', dest: '/etc/x', force: false },
    answers: [etc, ...x('old')],
    converged: true,
  },
  {
    case: 'fails without the directory',
    args: { content: 'new', dest: '/etc/no/x' },
    answers: [etc],
    error: 'E_NO_DIRECTORY',
  },
  {
    case: 'copies into a directory',
    args: { src: 'files/x', dest: '/etc' },
    answers: [etc],
    controller: files({ 'files/x': 'x' }),
    changes: ['create /etc/x'],
  },
  {
    case: 'makes a directory that a slash names',
    args: { src: 'x', dest: '/etc/new/', directory_mode: '0700', mode: 'preserve' },
    answers: [etc],
    controller: files({ x: 'x' }),
    changes: ['make directory /etc/new', 'create /etc/new/x'],
  },
  {
    case: 'does not write a text over a directory',
    args: { content: 'x', dest: '/etc' },
    answers: [etc],
    error: 'E_IS_DIRECTORY',
  },
  {
    case: 'writes where a link leads with follow',
    args: { content: 'x', dest: '/etc/l', follow: true },
    answers: [
      etc,
      is(resolve('/etc/l'), {
        path: '/etc/l',
        physical: '/etc/x',
        via: [{ link: '/etc/l', rest: '' }],
      }),
    ],
    changes: ['create /etc/x'],
  },
  {
    case: 'replaces a link without follow',
    args: { content: 'x', dest: '/etc/x' },
    answers: [etc, is(path('/etc/x'), info({ kind: 'link', target: 'y' }))],
    changes: ['create /etc/x'],
  },
  {
    case: 'copies a directory with its name',
    args: { src: 'site', dest: '/srv' },
    answers: [is(path('/'), directory)],
    controller: TREE,
    changes: [
      'make directory /srv/site',
      'create /srv/site/a',
      'make directory /srv/site/d',
      'create /srv/site/d/b',
      'create /srv/site/l',
    ],
  },
  {
    case: 'copies what a directory holds',
    args: { src: 'site/', dest: '/srv', mode: 'preserve' },
    answers: [is(path('/'), directory), is(path('/srv'), directory), is(path('/srv/d'), directory)],
    controller: TREE,
    changes: ['create /srv/a', 'create /srv/d/b', 'create /srv/l'],
  },
  {
    case: 'copies a file of the host',
    args: { src: '/etc/x', dest: '/etc/y', remote_src: true, mode: 'preserve' },
    answers: [etc, ...x('text', { mode: '0440' })],
    changes: ['create /etc/y'],
  },
  {
    case: 'misses a file of the host',
    args: { src: '/etc/x', dest: '/etc/y', remote_src: true },
    answers: [etc],
    error: 'E_ABSENT',
  },
  {
    case: 'copies a directory of the host',
    args: { src: '/etc/', dest: '/srv', remote_src: true },
    answers: [
      etc,
      is(path('/'), directory),
      ...x('text'),
      is(tree('/etc'), [{ ...info({ size: 4 }), path: 'x' }]),
    ],
    changes: ['make directory /srv', 'create /srv/x'],
  },
]
