import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { git } from '../../src/modules/git.ts'
import { Here } from './here.ts'

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
