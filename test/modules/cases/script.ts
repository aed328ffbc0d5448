import { path } from '../../../src/probes/path.ts'
import { files, info, is, type Case } from '../model.ts'

const controller = files({ 'setup.sh': '#!/bin/sh\n' })

export const cases: readonly Case[] = [
  {
    case: 'runs always',
    args: { cmd: "setup.sh 'a b'" },
    controller,
    changes: ["run script setup.sh 'a b'"],
  },
  {
    case: 'does not run when what it creates is there',
    args: { cmd: 'setup.sh', creates: '/done' },
    controller,
    answers: [is(path('/done'), info())],
    converged: true,
  },
]
