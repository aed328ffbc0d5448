import { databaseEntry } from '../../../src/probes/entry.ts'
import { is, type Case } from '../model.ts'

const question = { database: 'passwd', key: 'root', service: undefined }

export const cases: readonly Case[] = [
  {
    case: 'reads',
    args: { database: 'passwd', key: 'root' },
    answers: [is(databaseEntry(question), ['root:x:0:0:root:/root:/bin/sh'])],
    converged: true,
  },
]
