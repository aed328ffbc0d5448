import { checksum } from '../../../src/probes/checksum.ts'
import { files, holding, is, type Case } from '../model.ts'

const there = is(checksum('/etc/x', 'sha256'), holding('x').sha256)

export const cases: readonly Case[] = [
  {
    case: 'copies a file',
    args: { src: '/etc/x', dest: '/backup/', flat: true },
    answers: [there],
    controller: files({}),
    changes: ['fetch /etc/x to /backup/x'],
  },
  {
    case: 'has the file already',
    args: { src: '/etc/x', dest: '/backup/', flat: true },
    answers: [there],
    controller: files({ '/backup/x': 'x' }),
    converged: true,
  },
  {
    case: 'needs the file',
    args: { src: '/etc/x', dest: '/b', flat: true },
    controller: files({}),
    error: 'E_ABSENT',
  },
  {
    case: 'lets a file be missing',
    args: { src: '/etc/x', dest: '/b', flat: true, fail_on_missing: false },
    controller: files({}),
    converged: true,
  },
]
