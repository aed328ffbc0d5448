import { installedPackages } from '../../../src/probes/installed.ts'
import { is, type Case } from '../model.ts'

const bash = { name: 'bash', version: '5', arch: 'amd64', category: 'shells', source: 'apt' }

export const cases: readonly Case[] = [
  { case: 'reads', args: {}, answers: [is(installedPackages(), [bash])], converged: true },
]
