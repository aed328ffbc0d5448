import type { Case } from '../model.ts'

export const cases: readonly Case[] = [
  {
    case: 'changes nothing',
    args: { paths: ['/etc', '/srv'], contains: 'x', recurse: true },
    converged: true,
  },
]
