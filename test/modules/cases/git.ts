import { becomes } from '../../../src/core/change.ts'
import { remoteVersion, workingCopy } from '../../../src/probes/git.ts'
import { path } from '../../../src/probes/path.ts'
import { tree } from '../../../src/probes/tree.ts'
import { info, is, type Case } from '../model.ts'

const NEW = 'a'.repeat(40)
const OLD = 'b'.repeat(40)
const args = { repo: 'https://example.org/x.git', dest: '/srv/x', version: 'main' }
const directory = info({ kind: 'directory' })
const main = is(remoteVersion({ repo: args.repo, version: 'main', remote: 'origin', ssh: [] }), {
  commit: NEW,
  branch: 'main',
})
const missing = is(remoteVersion({ repo: args.repo, version: 'main', remote: 'origin', ssh: [] }), {
  commit: '',
  branch: '',
  git: 'missing' as const,
})
const copy = (head: string, modified = false) => [
  main,
  is(path('/srv'), directory),
  is(path('/srv/x'), directory),
  is(tree('/srv/x', 1), [{ ...directory, path: '.git' }]),
  is(workingCopy('/srv/x', 'origin'), {
    kind: 'own',
    head,
    branch: 'main',
    url: args.repo,
    modified,
  }),
]

export const cases: readonly Case[] = [
  {
    case: 'clones',
    args,
    answers: [main, is(path('/srv'), directory)],
    changes: ['clone /srv/x to aaaaaaaaaaaa'],
  },
  {
    case: 'clones with a git that is yet to be installed',
    args,
    answers: [missing, is(path('/srv'), directory)],
    earlier: [becomes(path('/usr/bin/git'), info({ mode: '0755' }))],
    changes: ['clone /srv/x to main'],
  },
  {
    case: 'names a missing git',
    args,
    answers: [missing, is(path('/srv'), directory)],
    error: 'E_ABSENT',
  },
  { case: 'updates', args, answers: copy(OLD), changes: ['update /srv/x to aaaaaaaaaaaa'] },
  { case: 'leaves what is up to date', args, answers: copy(NEW), converged: true },
  {
    case: 'leaves modifications of what is up to date',
    args,
    answers: copy(NEW, true),
    converged: true,
  },
  {
    case: 'throws no modifications away',
    args,
    answers: copy(OLD, true),
    error: 'E_LOCAL_CHANGES',
  },
  {
    case: 'throws modifications away with force',
    args: { ...args, force: true },
    answers: copy(NEW, true),
    changes: ['update /srv/x to aaaaaaaaaaaa'],
  },
  {
    case: 'does not update without update',
    args: { ...args, update: false },
    answers: copy(OLD),
    converged: true,
  },
  {
    case: 'asks nobody about a whole commit id',
    args: { ...args, version: OLD },
    answers: copy(OLD),
    converged: true,
  },
  { case: 'needs the version', args: { ...args, version: 'no' }, error: 'E_ABSENT' },
  {
    case: 'clones over nothing else',
    args,
    answers: [
      main,
      is(path('/srv/x'), directory),
      is(tree('/srv/x', 1), [{ ...info(), path: 'x' }]),
    ],
    error: 'E_EXISTS',
  },
]
