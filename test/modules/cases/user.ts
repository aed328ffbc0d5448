import { keep } from '../../../src/core/secret.ts'
import { userAccount, userGroup, type Account } from '../../../src/probes/account.ts'
import { path } from '../../../src/probes/path.ts'
import { info, is, type Case } from '../model.ts'

const HASH = '$6$salt$hash'
const deploy = (fields: Partial<Account> = {}) =>
  is(userAccount('deploy'), {
    uid: 1001,
    gid: 1001,
    group: 'deploy',
    groups: ['adm'],
    comment: '',
    home: '/home/deploy',
    shell: '/bin/bash',
    shadow: { hash: keep(HASH), expires: null },
    ...fields,
  })
const home = is(path('/home/deploy'), info({ kind: 'directory' }))
const group = (name: string) => is(userGroup(name), { gid: 1, members: [] })

export const cases: readonly Case[] = [
  {
    case: 'adds',
    args: {
      name: 'deploy',
      groups: ['sudo', 'adm'],
      password: HASH,
      shell: '/bin/bash',
      expires: 2e9,
    },
    answers: [group('sudo'), group('adm')],
    changes: ['add user deploy'],
  },
  {
    case: 'adds a locked one',
    args: { name: 'deploy', password: HASH, password_lock: true },
    changes: ['add user deploy'],
  },
  {
    case: 'adds with numbers',
    args: { name: 'deploy', uid: 7, group: '8' },
    changes: ['add user deploy'],
  },
  {
    case: 'adds one whose group exists',
    args: { name: 'deploy', system: true, create_home: false },
    answers: [group('deploy')],
    changes: ['add user deploy'],
  },
  {
    case: 'keeps what is not asked for',
    args: { name: 'deploy' },
    answers: [deploy({ shell: '/bin/zsh' }), home],
    converged: true,
  },
  {
    case: 'leaves all that is as wanted',
    args: { name: 'deploy', groups: 'adm', password: HASH, expires: -1, group: '1001', uid: 1001 },
    answers: [deploy(), home, group('adm')],
    converged: true,
  },
  {
    case: 'adds to groups',
    args: { name: 'deploy', groups: 'sudo', append: true },
    answers: [deploy(), home, group('sudo')],
    changes: ['change user deploy: groups'],
  },
  {
    case: 'sets groups',
    args: { name: 'deploy', groups: 'sudo' },
    answers: [deploy(), home, group('sudo')],
    changes: ['change user deploy: groups'],
  },
  {
    case: 'takes out of all groups',
    args: { name: 'deploy', groups: [] },
    answers: [deploy(), home],
    changes: ['change user deploy: groups'],
  },
  {
    case: 'changes several things at once',
    args: {
      name: 'deploy',
      shell: '/bin/sh',
      comment: 'x',
      uid: 7,
      home: '/srv/d',
      move_home: true,
    },
    answers: [deploy(), home],
    changes: ['change user deploy: uid, comment, home, shell'],
  },
  {
    case: 'changes the password',
    args: { name: 'deploy', password: '$6$salt$other' },
    answers: [deploy(), home],
    changes: ['change user deploy: password'],
  },
  {
    case: 'leaves a password that counts for new accounts alone',
    args: { name: 'deploy', password: '$6$salt$other', update_password: 'on_create' },
    answers: [deploy(), home],
    converged: true,
  },
  {
    case: 'locks',
    args: { name: 'deploy', password_lock: true },
    answers: [deploy(), home],
    changes: ['change user deploy: password'],
  },
  {
    case: 'leaves a lock that nobody speaks of',
    args: { name: 'deploy', password: HASH },
    answers: [deploy({ shadow: { hash: keep(`!${HASH}`), expires: null } }), home],
    converged: true,
  },
  {
    case: 'unlocks',
    args: { name: 'deploy', password_lock: false },
    answers: [deploy({ shadow: { hash: keep(`!${HASH}`), expires: null } }), home],
    changes: ['change user deploy: password'],
  },
  {
    case: 'expires',
    args: { name: 'deploy', expires: 2_000_000_000 },
    answers: [deploy(), home],
    changes: ['change user deploy: expires'],
  },
  {
    case: 'makes a missing home',
    args: { name: 'deploy' },
    answers: [deploy()],
    changes: ['make /home/deploy'],
  },
  {
    case: 'cannot read a password without being root',
    args: { name: 'deploy', password: HASH },
    answers: [deploy({ shadow: undefined }), home],
    error: 'E_SHADOW',
  },
  {
    case: 'names a missing group',
    args: { name: 'deploy', groups: 'ops' },
    answers: [deploy(), home],
    error: 'E_GROUP_UNKNOWN',
  },
  {
    case: 'removes',
    args: { name: 'deploy', state: 'absent', remove: true },
    answers: [deploy(), home],
    changes: ['remove user deploy with its home directory'],
  },
  { case: 'has nothing to remove', args: { name: 'deploy', state: 'absent' }, converged: true },
]
