import { renderDiff } from '../../src/report/diff.ts'
import { modules } from '../../src/modules/index.ts'
import { withUncertain } from '../../src/core/uncertain.ts'
import { content } from '../../src/probes/content.ts'
import { path, type PathInfo } from '../../src/probes/path.ts'
import { holding, info, is, Model, prepare, type Answered } from './model.ts'

/** The diffs of what a module would change, as people read them. */
const diffsOf = async (
  name: string,
  args: Readonly<Record<string, unknown>>,
  answers: readonly Answered[],
): Promise<string[]> => {
  const module = modules.get(name)
  if (module === undefined) throw new Error(`no module ${name}`)
  const want = await prepare(module, args)
  const changes = module.plan(want, new Model(answers).actual(module, want))
  return changes.map(({ diff }) => (diff === undefined ? '' : renderDiff(diff)))
}

const there = (fields: Partial<PathInfo>, text: string): Answered[] => [
  is(path('/etc'), info({ kind: 'directory' })),
  is(path('/etc/x'), info({ size: text.length, ...fields })),
  is(content('/etc/x'), holding(text)),
]

test('what a file holds and whose it is change in one place', async () => {
  const args = { dest: '/etc/x', content: 'b\n', mode: '0600', owner: 'app' }
  expect(await diffsOf('copy', args, there({}, 'a\n'))).toEqual([
    '--- /etc/x\n+++ /etc/x\n  mode: 0644 → 0600\n  owner: root → app\n@@ -1,1 +1,1 @@\n-a\n+b',
  ])
})

test('a new file says what it will be', async () => {
  const answers = [is(path('/etc'), info({ kind: 'directory' }))]
  const args = { dest: '/etc/x', content: 'b\n', mode: 'u=rw,g=r,o=', owner: 'app' }
  expect(await diffsOf('copy', args, answers)).toEqual([
    '--- /dev/null\n+++ /etc/x\nnew file: mode 0640, owner app\n@@ -0,0 +1,1 @@\n+b',
  ])
})

test('a file that goes shows what goes', async () => {
  const args = { path: '/etc/x', state: 'absent' }
  expect(await diffsOf('file', args, there({ mode: '0600' }, 'a\n'))).toEqual([
    '--- /etc/x\n+++ /dev/null\nremoved file: mode 0600, owner root, group root\n@@ -1,1 +0,0 @@\n-a',
  ])
})

test('a file that goes is certain to go, whatever it will hold by then', async () => {
  const [directory, file, held] = there({}, 'a\n')
  const unknown = withUncertain(held?.value as object, ['bytes'] as never[], 'nobody knows')
  const args = { path: '/etc/x', state: 'absent' }
  const answers = [directory, file, { probe: content('/etc/x'), value: unknown }]
  expect(await diffsOf('file', args, answers as Answered[])).toEqual([
    '/etc/x\n  state: file → absent',
  ])
})

test('a directory says what it will be', async () => {
  const answers = [is(path('/etc'), info({ kind: 'directory' }))]
  const args = { path: '/etc/x', state: 'directory', mode: '0700' }
  expect(await diffsOf('file', args, answers)).toEqual([
    '/etc/x\n  state: absent → directory\n  mode: (none) → 0700',
  ])
})
