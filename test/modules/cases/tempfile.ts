import type { Case } from '../model.ts'

export const cases: readonly Case[] = [
  { case: 'makes a file', args: { suffix: '.conf' }, changes: ['make a temporary file in /tmp'] },
  {
    case: 'makes a directory',
    args: { state: 'directory', path: '/var/tmp' },
    changes: ['make a temporary directory in /var/tmp'],
  },
]
