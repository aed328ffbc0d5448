import { services } from '../../../src/probes/installed.ts'
import { is, type Case } from '../model.ts'

const ssh = { name: 'ssh.service', state: 'running', status: 'enabled', source: 'systemd' } as const

export const cases: readonly Case[] = [
  { case: 'reads', args: {}, answers: [is(services(), [ssh])], converged: true },
]
