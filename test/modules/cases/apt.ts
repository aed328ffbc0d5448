import { packageLists, transaction, type Lists, type Step } from '../../../src/probes/apt.ts'
import { readiness } from '../../../src/probes/apt/readiness.ts'
import { debFile } from '../../../src/probes/deb.ts'
import { installedPackage, type Package } from '../../../src/probes/package.ts'
import { is, type Case } from '../model.ts'

const FRESH: Lists = { present: true, fetched: 1_000_000, age: 60 }
const OLD: Lists = { ...FRESH, age: 90_000 }
const NONE: Lists = { present: false, fetched: 0, age: 0 }
const at = (version: string, fields: Partial<Package> = {}): Package => ({
  version,
  state: 'installed',
  held: false,
  providers: [],
  ...fields,
})
const adds = (name: string, after = '1'): Step => ({ name, before: null, after })

/** Words before the verb, as they are by default. */
const COMMON = ['-y', '-o', 'DPkg::Lock::Timeout=60', '-o', 'Dpkg::Options::=--force-confdef']
const words = (...rest: readonly string[]) => [
  ...COMMON,
  '-o',
  'Dpkg::Options::=--force-confold',
  ...rest,
]
const would = (rest: readonly string[], ...steps: readonly Step[]) =>
  is(transaction({ words: words(...rest) }), { kind: 'possible', steps })
const cannot = (rest: readonly string[], message: string) =>
  is(transaction({ words: words(...rest) }), { kind: 'impossible', message })

/** Apt can set to work, and its lists know these. */
const knows = (...names: readonly string[]) =>
  is(readiness(names), { interrupted: false, known: names })
const knowsNot = (...names: readonly string[]) =>
  is(readiness(names), { interrupted: false, known: [] })

export const cases: readonly Case[] = [
  {
    case: 'installs what is missing; what apt adds to it is told when it is done',
    args: { name: ['nginx', 'curl'] },
    answers: [is(installedPackage('curl'), at('8')), is(packageLists(), FRESH), knows('nginx')],
    changes: ['install nginx'],
  },
  {
    case: 'leaves what is installed, also with old lists',
    args: { name: 'nginx', update_cache: true, cache_valid_time: 3600 },
    answers: [is(installedPackage('nginx'), at('1')), is(packageLists(), OLD)],
    converged: true,
  },
  {
    case: 'is content with a package that another provides',
    args: { name: 'mail-transport-agent' },
    answers: [is(installedPackage('mail-transport-agent'), at('', { providers: ['postfix'] }))],
    converged: true,
  },
  {
    case: 'fetches old lists before it installs',
    args: { name: 'nginx', cache_valid_time: 3600 },
    answers: [is(packageLists(), OLD), knows('nginx')],
    changes: ['fetch the package lists', 'install nginx'],
  },
  {
    case: 'installs what is missing, also where nothing of it is to be started',
    args: { name: 'nginx', start_services: false },
    answers: [is(packageLists(), FRESH), knows('nginx')],
    changes: ['install nginx'],
  },
  {
    case: 'fetches lists for a package that they do not know',
    args: { name: 'nginx' },
    answers: [
      is(packageLists(), NONE),
      knowsNot('nginx'),
      cannot(['install', '--', 'nginx'], 'Unable to locate'),
    ],
    changes: ['fetch the package lists', 'install nginx'],
  },
  {
    case: 'installs the version that is asked for',
    args: { name: 'nginx=1.22*', allow_downgrade: true },
    answers: [
      is(installedPackage('nginx'), at('1.24-1')),
      is(packageLists(), FRESH),
      would(['--allow-downgrades', 'install', '--', 'nginx=1.22*'], adds('nginx', '1.22.1-9')),
    ],
    changes: ['install nginx=1.22*'],
  },
  {
    case: 'repairs a package that was left half installed',
    args: { name: 'nginx' },
    answers: [
      is(installedPackage('nginx'), at('1', { state: 'broken' })),
      is(packageLists(), FRESH),
      knows('nginx'),
    ],
    changes: ['install nginx'],
  },
  {
    case: 'upgrades to the latest',
    args: { name: 'nginx', state: 'latest' },
    answers: [
      is(installedPackage('nginx'), at('1')),
      is(packageLists(), FRESH),
      would(['install', '--', 'nginx'], { name: 'nginx', before: '1', after: '2' }),
    ],
    changes: ['install nginx'],
  },
  {
    case: 'leaves the latest alone',
    args: { name: 'nginx', state: 'latest' },
    answers: [
      is(installedPackage('nginx'), at('1')),
      is(packageLists(), FRESH),
      would(['install', '--', 'nginx']),
    ],
    converged: true,
  },
  {
    case: 'removes, and keeps the configuration',
    args: { name: 'nginx', state: 'absent' },
    answers: [
      is(installedPackage('nginx'), at('1')),
      is(packageLists(), FRESH),
      would(['remove', '--', 'nginx'], { name: 'nginx', before: '1', after: null }),
    ],
    changes: ['remove nginx'],
  },
  {
    case: 'purges what was removed before',
    args: { name: 'nginx', state: 'absent', purge: true },
    answers: [
      is(installedPackage('nginx'), at('1', { state: 'config-files' })),
      is(packageLists(), FRESH),
      would(['purge', '--', 'nginx'], { name: 'nginx', before: '1', after: null }),
    ],
    changes: ['purge nginx'],
  },
  {
    case: 'does not remove what is not there',
    args: { name: ['nginx', 'exim4'], state: 'absent' },
    answers: [is(installedPackage('nginx'), at('1', { state: 'config-files' }))],
    converged: true,
  },
  {
    case: 'fails where a removal cannot be',
    args: { name: 'nginx', state: 'absent' },
    answers: [
      is(installedPackage('nginx'), at('1')),
      is(packageLists(), FRESH),
      cannot(['remove', '--', 'nginx'], 'held broken packages'),
    ],
    error: 'E_APT',
  },
  {
    case: 'names an interrupted dpkg',
    args: { name: 'nginx' },
    answers: [
      is(packageLists(), FRESH),
      is(readiness(['nginx']), { interrupted: true, known: ['nginx'] }),
    ],
    error: 'E_DPKG_INTERRUPTED',
  },
  {
    case: 'installs a file',
    args: { deb: '/root/x.deb' },
    answers: [
      is(debFile('/root/x.deb'), { name: 'x', version: '2' }),
      is(installedPackage('x'), at('1')),
      is(packageLists(), FRESH),
      would(['install', '--', '/root/x.deb'], { name: 'x', before: '1', after: '2' }),
    ],
    changes: ['install /root/x.deb'],
  },
  {
    case: 'fetches the lists each time when nothing says how long they are good',
    args: { update_cache: true },
    answers: [is(packageLists(), FRESH)],
    changes: ['fetch the package lists'],
  },
  {
    case: 'leaves lists that are young enough',
    args: { update_cache: true, cache_valid_time: 3600 },
    answers: [is(packageLists(), FRESH)],
    converged: true,
  },
  {
    case: 'fetches lists that are too old',
    args: { cache_valid_time: 3600 },
    answers: [is(packageLists(), OLD)],
    changes: ['fetch the package lists'],
  },
  {
    case: 'upgrades everything',
    args: { upgrade: 'dist' },
    answers: [
      is(packageLists(), FRESH),
      would(['dist-upgrade'], { name: 'bash', before: '1', after: '2' }),
    ],
    changes: ['upgrade bash'],
  },
  {
    case: 'has nothing to upgrade',
    args: { upgrade: true },
    answers: [is(packageLists(), FRESH), would(['upgrade', '--with-new-pkgs'])],
    converged: true,
  },
]
