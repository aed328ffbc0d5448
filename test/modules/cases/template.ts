import { content } from '../../../src/probes/content.ts'
import { path } from '../../../src/probes/path.ts'
import { files, holding, info, is, type Case } from '../model.ts'

const etc = is(path('/etc'), info({ kind: 'directory' }))
const controller = files({ 'x.conf.j2': 'rendered\n' })

export const cases: readonly Case[] = [
  {
    case: 'writes what is rendered',
    args: { src: 'x.conf.j2', dest: '/etc/x.conf', validate: 'check %s' },
    answers: [etc],
    controller,
    changes: ['create /etc/x.conf'],
  },
  {
    case: 'leaves what is rendered already',
    args: { src: 'x.conf.j2', dest: '/etc/x.conf' },
    answers: [
      etc,
      is(path('/etc/x.conf'), info()),
      is(content('/etc/x.conf'), holding('rendered\n')),
    ],
    controller,
    converged: true,
  },
  {
    case: 'ends lines as it is told',
    args: { src: 'x.conf.j2', dest: '/etc/x.conf', newline_sequence: '\\r\\n' },
    answers: [
      etc,
      is(path('/etc/x.conf'), info()),
      is(content('/etc/x.conf'), holding('rendered\r\n')),
    ],
    controller,
    converged: true,
  },
  {
    case: 'gives a file in a directory the name of the template',
    args: { src: 'x.conf.j2', dest: '/etc/' },
    answers: [etc],
    controller,
    changes: ['create /etc/x.conf.j2'],
  },
]
