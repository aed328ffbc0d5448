import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolve, resolveParents } from '../../src/probes/resolve.ts'
import { ask, SHELLS } from './shells.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'resolve-')))
const at = (name: string): string => join(root, name)

beforeAll(() => {
  chmodSync(root, 0o755)
  mkdirSync(at('real/deep'), { recursive: true })
  symlinkSync('real', at('relative'))
  symlinkSync(at('relative'), at('absolute'))
  symlinkSync('../absolute/deep', at('real/up'))
  symlinkSync('nowhere', at('dangling'))
  symlinkSync('loop', at('loop'))
  symlinkSync('real\n', at('newline'))
  mkdirSync(at('closed'), { mode: 0o700 })
})
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})

describe.each(SHELLS)('resolve in $name', shell => {
  test.each([
    { case: 'no link', asked: 'real/deep', physical: 'real/deep', via: [] },
    { case: 'nothing', asked: 'no/such', physical: 'no/such', via: [] },
    { case: 'a link at the end', asked: 'relative', physical: 'real', via: [['relative', '']] },
    {
      case: 'a link on the way',
      asked: 'relative/a/b',
      physical: 'real/a/b',
      via: [['relative', 'a/b']],
    },
    {
      case: 'links to links',
      asked: 'real/up/x',
      physical: 'real/deep/x',
      via: [
        ['real/up', 'x'],
        ['absolute', 'deep/x'],
        ['relative', 'deep/x'],
      ],
    },
    {
      case: 'a dangling link',
      asked: 'dangling/x',
      physical: 'nowhere/x',
      via: [['dangling', 'x']],
    },
    {
      case: 'dots',
      asked: 'real/./up/../x',
      physical: 'real/x',
      via: [
        ['real/up', '../x'],
        ['absolute', 'deep/../x'],
        ['relative', 'deep/../x'],
      ],
    },
    { case: 'slashes at the end', asked: 'relative//', physical: 'real', via: [['relative', '']] },
    {
      case: 'a newline at the end of a target',
      asked: 'newline/x',
      physical: 'real\n/x',
      via: [['newline', 'x']],
    },
  ])('follows $case', ({ asked, physical, via }) => {
    const answer = ask([resolve(`${root}/${asked}`)], shell)[0]
    expect(answer).toMatchObject({
      value: {
        physical: at(physical),
        via: via.map(([link = '', rest = '']) => ({ link: at(link), rest })),
      },
    })
  })

  test('keeps the last link when only parents are resolved', () => {
    const names = ['relative', 'absolute/up', 'real', '/']
    const physical = ask(
      names.map(name => resolveParents(name === '/' ? name : at(name))),
      shell,
    )
    expect(physical).toMatchObject(
      [at('relative'), at('real/up'), at('real'), '/'].map(physical => ({ value: { physical } })),
    )
  })

  test('replaces ~ and ~user', () => {
    const answers = ask(
      ['~', '~/.ssh/x', '~root/y', '~nobody-at-all/z', '~$(id)/z'].map(resolve),
      shell,
    )
    expect(answers).toMatchObject([
      { value: { path: '/root', physical: '/root' } },
      { value: { path: '/root/.ssh/x' } },
      { value: { path: '/root/y' } },
      { kind: 'error' },
      { kind: 'error' },
    ])
  })

  test('names a loop and what it may not see', () => {
    expect(ask([resolve(at('loop'))], shell)[0]).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('loop') as unknown,
    })
    expect(ask([resolve(at('closed/x'))], shell, '65534')[0]).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('permission') as unknown,
    })
  })
})

test('an answer depends on every link that led to it', () => {
  const { kind, question } = resolve('/l/x')
  const answer = { path: '/l/x', physical: '/real/x', via: [{ link: '/l', rest: 'x' }] }
  expect(kind.dependsOn(question, answer)).toEqual([
    { realm: 'path', name: '/real/x' },
    { realm: 'path', name: '/l' },
  ])
})
