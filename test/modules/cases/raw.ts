import type { Case } from '../model.ts'

export const cases: readonly Case[] = [
  { case: 'runs always', args: { cmd: 'a | b' }, changes: ['run a | b'] },
]
