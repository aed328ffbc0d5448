import type { Case } from '../model.ts'

export const cases: readonly Case[] = [
  { case: 'changes nothing', args: {}, converged: true },
  { case: 'fails when asked to', args: { data: 'crash' }, error: 'E_CRASH' },
]
