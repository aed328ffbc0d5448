import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { git } from '../../src/modules/git.ts'
import { remoteVersion, workingCopy } from '../../src/probes/git.ts'
import { path } from '../../src/probes/path.ts'
import { Here } from './here.ts'
import { info, is, Model, prepare } from './model.ts'

let here: Here
const run = (...args: readonly string[]): string =>
  execFileSync(
    'git',
    ['-C', here.at('repo'), '-c', 'user.name=x', '-c', 'user.email=x@x', ...args],
    { encoding: 'utf8' },
  ).trim()
const commit = (content: string): string => {
  writeFileSync(here.at('repo/file'), content)
  run('add', 'file')
  run('commit', '-q', '-m', content)
  return run('rev-parse', 'HEAD')
}
const file = () => readFileSync(here.at('copy/file'), 'utf8')

beforeEach(() => {
  here = new Here()
  execFileSync('git', ['init', '-q', '-b', 'main', here.at('repo')])
  commit('one')
})
afterEach(() => here.close())

const checkOut = async (args: Readonly<Record<string, unknown>> = {}) => {
  const ran = await here.run(git, { repo: here.at('repo'), dest: here.at('copy'), ...args })
  expect(ran.left).toEqual([])
  expect(ran.lies).toEqual([])
  return ran
}

test('clones, follows the branch, and is done then', async () => {
  expect((await checkOut()).summaries).toHaveLength(1)
  expect(file()).toBe('one')
  const second = commit('two')
  const { result, summaries } = await checkOut()
  expect(summaries).toEqual([`update ${here.at('copy')} to ${second.slice(0, 12)}`])
  expect(result['after']).toBe(second)
  expect(file()).toBe('two')
  expect((await checkOut()).summaries).toEqual([])
})

test('checks out a tag, a branch and a commit', async () => {
  const first = run('rev-parse', 'HEAD')
  run('tag', '-a', '-m', 'v1', 'v1')
  commit('two')
  run('branch', 'feature/x')
  commit('three')
  await checkOut({ version: 'v1' })
  expect(file()).toBe('one')
  await checkOut({ version: 'feature/x', depth: 1 })
  expect(file()).toBe('two')
  await checkOut({ version: first })
  expect(file()).toBe('one')
})

test('keeps local modifications unless it is forced', async () => {
  await checkOut()
  writeFileSync(here.at('copy/file'), 'mine')
  commit('two')
  await expect(checkOut()).rejects.toMatchObject({ code: 'E_LOCAL_CHANGES' })
  await checkOut({ force: true })
  expect(file()).toBe('two')
})

test('says that a repository does not answer', async () => {
  await expect(checkOut({ repo: here.at('no') })).rejects.toMatchObject({ code: 'E_PROBE' })
})

const OTHER = '1:1'
const give = (name: string): void => void execFileSync('chown', ['-R', OTHER, here.at(name)])

/** A working copy whose configuration and hooks leave a mark when git runs them. */
const trap = async (): Promise<void> => {
  await checkOut()
  const script = `#!/bin/sh\ntouch ${here.at('mark')}\n`
  for (const name of ['monitor', '.git/hooks/post-checkout', '.git/hooks/reference-transaction'])
    writeFileSync(here.at(`copy/${name}`), script, { mode: 0o755 })
  for (const [name, value] of [
    ['core.fsmonitor', here.at('copy/monitor')],
    ['core.sshCommand', here.at('copy/monitor')],
  ] as const)
    execFileSync('git', ['-C', here.at('copy'), 'config', name, value])
  commit('two')
}

test('the trap works where the working copy is our own', async () => {
  await trap()
  await here.run(git, { repo: here.at('repo'), dest: here.at('copy'), force: true })
  expect(existsSync(here.at('mark'))).toBe(true)
})

test.each(['copy', 'copy/.git'])(
  "runs nothing of another account's working copy: %s",
  async owned => {
    await trap()
    give(owned)
    await expect(checkOut({ force: true })).rejects.toMatchObject({
      code: 'E_OWNER',
      message: expect.stringContaining('belongs to daemon') as string,
      hint: expect.stringContaining('become_user: daemon') as string,
    })
    expect(existsSync(here.at('mark'))).toBe(false)
    expect(file()).toBe('one')
  },
)

test('makes no working copy in a directory of another account', async () => {
  mkdirSync(here.at('copy'))
  give('copy')
  await expect(checkOut()).rejects.toMatchObject({ code: 'E_OWNER' })
  expect(existsSync(here.at('copy/.git'))).toBe(false)
})

test('does not take a repository above for the working copy', async () => {
  await checkOut()
  mkdirSync(here.at('copy/sub/.git'), { recursive: true })
  const args = { repo: here.at('repo'), dest: here.at('copy/sub'), force: true }
  await expect(here.run(git, args)).rejects.toMatchObject({ code: 'E_PROBE' })
  expect(run('-C', here.at('copy'), 'config', 'remote.origin.url')).toBe(here.at('repo'))
})

test('changes nothing that another account has put there since it was looked at', async () => {
  await trap()
  const want = await prepare(git, { repo: here.at('repo'), dest: here.at('copy'), force: true })
  const copy = { kind: 'own', head: '', branch: '', url: '', modified: false } as const
  const model = new Model([
    is(workingCopy(here.at('copy'), 'origin'), copy),
    is(path(here.at('copy')), info({ kind: 'directory' })),
    is(remoteVersion({ repo: here.at('repo'), version: 'HEAD', remote: 'origin', ssh: [] }), {
      commit: run('rev-parse', 'HEAD'),
      branch: 'main',
    }),
  ])
  const [change] = git.plan(want, model.actual(git, want))
  give('copy')
  const script = change?.do === 'run' ? change.script.text : ''
  expect(() => execFileSync('sh', ['-c', script], { stdio: 'pipe' })).toThrow(
    /belongs to another account/,
  )
  expect(existsSync(here.at('mark'))).toBe(false)
})

test('follows an exception that the host makes of it by safe.directory', async () => {
  await checkOut()
  give('copy')
  commit('two')
  Object.assign(process.env, {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: here.at('copy'),
  })
  const trusting = new Here()
  try {
    const args = { repo: here.at('repo'), dest: here.at('copy') }
    expect((await trusting.run(git, args)).left).toEqual([])
    expect(file()).toBe('two')
  } finally {
    await trusting.close()
    for (const name of ['COUNT', 'KEY_0', 'VALUE_0'])
      Reflect.deleteProperty(process.env, `GIT_CONFIG_${name}`)
  }
})
