import { packageLists, transaction } from '../../../src/probes/apt.ts'
import { installedPackage } from '../../../src/probes/package.ts'
import { is, type Case } from '../model.ts'

const installed = { version: '1', state: 'installed' as const, held: false, providers: [] }
const options = ['--force-confdef', '--force-confold'].flatMap(o => ['-o', `Dpkg::Options::=${o}`])
const words = ['-y', '-o', 'DPkg::Lock::Timeout=60', ...options, 'install', '--', 'nginx']

export const cases: readonly Case[] = [
  {
    case: 'installs as apt does',
    args: { name: 'nginx' },
    answers: [
      is(packageLists(), { present: true, fetched: 1, age: 1 }),
      is(transaction({ words }), {
        kind: 'possible',
        steps: [{ name: 'nginx', before: null, after: '1' }],
      }),
    ],
    changes: ['install nginx'],
  },
  {
    case: 'leaves what is installed',
    args: { name: 'nginx', state: 'installed' },
    answers: [is(installedPackage('nginx'), installed)],
    converged: true,
  },
]
