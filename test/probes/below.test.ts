import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { access } from '../../src/probes/access.ts'
import { checksum } from '../../src/probes/checksum.ts'
import { identity } from '../../src/probes/identity.ts'
import { matches } from '../../src/probes/matches.ts'
import { tree } from '../../src/probes/tree.ts'
import { ask, SHELLS } from './shells.ts'

const root = mkdtempSync(join(tmpdir(), 'below-'))
const at = (name: string): string => join(root, name)

beforeAll(() => {
  chmodSync(root, 0o755)
  mkdirSync(at('d/e'), { recursive: true })
  writeFileSync(at('d/new\nline'), 'x')
  writeFileSync(at('d/e/-y *'), 'hello')
  symlinkSync('new\nline', at('d/l'))
  mkdirSync(at('closed'), { mode: 0o700 })
})
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})

describe.each(SHELLS)('in $name', shell => {
  test('tree lists everything below', () => {
    expect(ask([tree(at('d'))], shell)).toMatchObject([
      {
        kind: 'answer',
        value: [
          { path: 'e', kind: 'directory' },
          { path: 'e/-y *', kind: 'file', size: 5 },
          { path: 'l', kind: 'link', target: 'new\nline' },
          { path: 'new\nline', kind: 'file', size: 1 },
        ],
      },
    ])
  })

  test('tree keeps to its depth, and tells absence and refusal apart', () => {
    const [shallow, none, file] = ask([tree(at('d'), 1), tree(at('no')), tree(at('d/l'))], shell)
    expect(shallow?.kind === 'answer' && shallow.value.map(({ path }) => path)).toEqual([
      'e',
      'l',
      'new\nline',
    ])
    expect(none).toEqual({ kind: 'absent' })
    expect(file).toEqual({ kind: 'absent' })
    expect(ask([tree(root)], shell, '65534')).toMatchObject([{ kind: 'error' }])
  })

  test('checksum hashes regular files', () => {
    const asked = [
      checksum(at('d/e/-y *'), 'sha1'),
      checksum(at('d/new\nline'), 'md5'),
      checksum(at('d'), 'md5'),
      checksum(at('no'), 'md5'),
    ]
    expect(ask(asked, shell)).toEqual([
      { kind: 'answer', value: 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d' },
      { kind: 'answer', value: '9dd4e461268c8034f5c8564e155c67a6' },
      { kind: 'absent' },
      { kind: 'absent' },
    ])
  })

  test('access tells what the account may do', () => {
    const asked = ['d', 'closed', 'd/new\nline', 'no'].map(name => access(at(name)))
    const may = (readable: boolean, writeable: boolean, executable: boolean) => ({
      kind: 'answer',
      value: { readable, writeable, executable },
    })
    expect(ask(asked, shell, '65534')).toEqual([
      may(true, false, true),
      may(false, false, false),
      may(true, false, false),
      may(false, false, false),
    ])
  })

  test('matches expands a pattern and nothing else', () => {
    const asked = ['d/e/*', 'd/*', 'd/e/-y [*]', 'd/x*', 'd/$(id)*'].map(name => matches(at(name)))
    expect(ask(asked, shell)).toEqual(
      [['d/e/-y *'], ['d/e', 'd/l', 'd/new\nline'], ['d/e/-y *'], [], []].map(names => ({
        kind: 'answer',
        value: names.map(at),
      })),
    )
  })

  test('identity tells who asks', () => {
    expect(ask([identity()], shell)).toMatchObject([
      { value: { user: 'root', uid: 0, gid: 0, home: '/root' } },
    ])
    expect(ask([identity()], shell, '65534')).toMatchObject([
      { value: { user: 'nobody', uid: 65534 } },
    ])
    // A number that no account or group has.
    expect(ask([identity()], shell, '4242')).toMatchObject([
      { value: { user: '4242', uid: 4242, group: '4242', gid: 4242 } },
    ])
  })
})
