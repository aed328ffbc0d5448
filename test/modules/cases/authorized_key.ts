import { becomes } from '../../../src/core/change.ts'
import { keep } from '../../../src/core/secret.ts'
import { withUncertain } from '../../../src/core/uncertain.ts'
import { userAccount, type Account } from '../../../src/probes/account.ts'
import { content } from '../../../src/probes/content.ts'
import { path } from '../../../src/probes/path.ts'
import { holding, info, is, type Case } from '../model.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPq0'
const FILE = '/home/deploy/.ssh/authorized_keys'
const args = { user: 'deploy', key: `${KEY} me@laptop` }
const DEPLOY: Account = {
  uid: 7,
  gid: 8,
  group: 'deploy',
  groups: [],
  comment: '',
  home: '/home/deploy',
  shell: '/bin/sh',
  shadow: { hash: keep('!'), expires: null },
}
const account = is(userAccount('deploy'), DEPLOY)
const own = { uid: 7, gid: 8, owner: 'deploy', group: 'deploy' }
const directory = is(path('/home/deploy/.ssh'), info({ kind: 'directory', mode: '0700', ...own }))
const file = (text: string) => [
  account,
  directory,
  is(path(FILE), info({ mode: '0600', ...own })),
  is(content(FILE), holding(text)),
]

export const cases: readonly Case[] = [
  {
    case: 'makes directory and file',
    args,
    answers: [account],
    changes: ['make directory /home/deploy/.ssh', `create ${FILE}`],
  },
  {
    case: 'makes them for an account that an earlier task makes',
    args,
    earlier: [becomes(userAccount('deploy'), withUncertain(DEPLOY, ['uid', 'gid'], 'new'))],
    changes: ['make directory /home/deploy/.ssh', `create ${FILE}`],
  },
  {
    case: 'adds to others',
    args,
    answers: file('ssh-rsa AAAAB3 other\n'),
    changes: [`write ${FILE}`],
  },
  {
    case: 'leaves a key that stands',
    args,
    answers: file(`# mine\n${KEY} me@laptop\n`),
    converged: true,
  },
  {
    case: 'sets options',
    args: { ...args, key_options: 'no-pty,command="a b"' },
    answers: file(`${KEY} me@laptop\n`),
    changes: [`write ${FILE}`],
  },
  {
    case: 'leaves options that stand',
    args: { ...args, key_options: 'no-pty,command="a b"' },
    answers: file(`no-pty,command="a b" ${KEY} me@laptop\n`),
    converged: true,
  },
  {
    case: 'takes out every other key',
    args: { ...args, exclusive: true },
    answers: file(`ssh-rsa AAAAB3 other\n${KEY} me@laptop\n`),
    changes: [`write ${FILE}`],
  },
  {
    case: 'removes, whatever the remark',
    args: { ...args, state: 'absent' },
    answers: file(`${KEY} old remark\n`),
    changes: [`write ${FILE}`],
  },
  {
    case: 'has nothing to remove',
    args: { ...args, state: 'absent' },
    answers: [account],
    converged: true,
  },
  { case: 'names a missing account', args, error: 'E_ACCOUNT_UNKNOWN' },
]
