import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Change } from '../../src/core/change.ts'
import { modules } from '../../src/modules/index.ts'
import { content } from '../../src/probes/content.ts'
import { path } from '../../src/probes/path.ts'
import { resolve } from '../../src/probes/resolve.ts'
import { tree } from '../../src/probes/tree.ts'
import { userAccount } from '../../src/probes/account.ts'
import { lines, sh, type Words } from '../../src/core/shell.ts'
import { guardOf } from '../../src/modules/guard.ts'
import { holding, info, is, Model, prepare, type Answered } from '../modules/model.ts'
import { SHELLS } from '../probes/shells.ts'
import { Hostile, seen } from './hostile.ts'

jest.setTimeout(300_000)

const hostile = new Hostile()
afterAll(() => {
  hostile.remove()
})

const { home, victim } = hostile
const at = (name: string): string => join(home, name)
// Another account's where we may give things away.
const me = process.getuid?.() ?? 0
const other = String(me === 0 ? 1 : me)

/** What a hostile owner can do: to the directory, to what is in it, to what we put there, in its way. */
const STRIKES = {
  'the directory becomes a link': 'mv "$home" "$home.was"; ln -s "$victim" "$home"',
  'what is there becomes a link':
    'for e in old dir .ssh; do mv "$home/$e" "$home/$e.was"; ln -s "$victim/$e" "$home/$e"; done',
  'what was made becomes a link':
    'for e in "$home/new/deep" "$home/new" "$home"/.pro* "$home"/.ssh/.pro*; do [ ! -d "$e" ] || { mv "$e" "$e.was"; ln -s "$victim" "$e"; }; done',
  'links are in the way': `
    for e in "$home"/.pro*/* "$home"/.ssh/authorized_keys "$home"/.ssh/.pro*/* "$home/old.2026-01-31@23:59:59~"; do rm -f "$e"; ln -s "$victim/old" "$e"; done
    [ ! -d "$home/new" ] || ln -s "$victim" "$home/new/deep"
    [ -e "$home/new" ] || ln -s "$victim" "$home/new"
    rm -f "$home/old"; ln -s "$victim/dir" "$home/old"`,
} as const

const directory = info({ kind: 'directory', uid: me, owner: String(me) })
const old = holding('old\n')
const present: readonly Answered[] = [
  is(path(home), directory),
  is(path(at('old')), info({ mode: '0600', size: 4 })),
  is(content(at('old')), old),
  is(path(at('dir')), { ...directory, mode: '0700' }),
]
const account = {
  uid: me,
  gid: 0,
  group: 'root',
  comment: '',
  home: at('new'),
  shell: '/bin/sh',
  groups: [],
  system: false,
  shadow: undefined,
}

interface Attack {
  readonly change: string
  readonly module?: string
  readonly args?: Readonly<Record<string, unknown>>
  readonly answers?: readonly Answered[]
  /** Tried on every shell, not on dash alone. */
  readonly everywhere?: true
  /** A tool that fails. */
  readonly broken?: string
  /** In place of a module's. */
  readonly scripts?: readonly Words[]
  /** Whether it was done, when nobody strikes. */
  readonly done: () => boolean
}

const keys = at('.ssh/authorized_keys')
const guard = guardOf(keys)
if (guard === undefined) throw new Error('keys are not guarded')
const guarding = sh`cd ${hostile.aside}`

const ATTACKS: readonly Attack[] = [
  {
    change: 'a new file',
    module: 'copy',
    args: { dest: at('new'), content: 'x', mode: '0644', owner: other },
    done: () => readFileSync(at('new'), 'utf8') === 'x',
  },
  {
    change: 'a file that is replaced and kept',
    everywhere: true,
    module: 'copy',
    args: { dest: at('old'), content: 'x', backup: true, mode: '0644', owner: other },
    done: () => readFileSync(at('old'), 'utf8') === 'x',
  },
  {
    change: 'a file that is written in place',
    module: 'copy',
    args: { dest: at('old'), content: 'x', unsafe_writes: true, mode: '0644', owner: other },
    broken: 'mv',
    done: () => readFileSync(at('old'), 'utf8') === 'x',
  },
  {
    change: 'a copy on the host',
    module: 'copy',
    args: { dest: at('new'), src: at('old'), remote_src: true, mode: '0644' },
    done: () => readFileSync(at('new'), 'utf8') === 'old\n',
  },
  {
    change: 'directories',
    everywhere: true,
    module: 'file',
    args: { path: at('new/deep'), state: 'directory', mode: '0777', owner: other },
    done: () => lstatSync(at('new/deep')).isDirectory(),
  },
  {
    change: 'attributes of a file',
    module: 'file',
    args: { path: at('old'), mode: '0666', owner: other, group: '1' },
    done: () => (lstatSync(at('old')).mode & 0o777) === 0o666,
  },
  {
    change: 'attributes of all below a directory',
    everywhere: true,
    module: 'file',
    args: { path: home, state: 'directory', recurse: true, mode: '0777', owner: other },
    answers: [
      is(tree(home), [
        { ...directory, mode: '0700', path: 'dir' },
        { ...info({ mode: '0600' }), path: 'old' },
      ]),
    ],
    done: () => (lstatSync(at('dir')).mode & 0o777) === 0o777,
  },
  {
    change: 'the time of a file',
    module: 'file',
    args: { path: at('old'), state: 'touch' },
    done: () => lstatSync(at('old')).mtimeMs > 2000,
  },
  {
    change: 'a file that goes',
    module: 'file',
    args: { path: at('old'), state: 'absent' },
    done: () => !existsSync(at('old')),
  },
  {
    change: 'a directory that goes',
    module: 'file',
    args: { path: at('dir'), state: 'absent' },
    done: () => !existsSync(at('dir')),
  },
  {
    change: 'a link',
    module: 'file',
    args: { path: at('new'), state: 'link', src: 'old' },
    answers: [is(resolve(at('old')), { path: at('old'), physical: at('old'), via: [] })],
    done: () => lstatSync(at('new')).isSymbolicLink(),
  },
  {
    change: 'a second name of a file',
    module: 'file',
    args: { path: at('new'), state: 'hard', src: at('old'), owner: other, mode: '0666' },
    done: () => lstatSync(at('new')).nlink === 2,
  },
  {
    change: 'the directory of keys that may log in',
    module: 'authorized_key',
    args: { user: other, key: 'ssh-ed25519 AAAA', path: at('new/keys') },
    answers: [is(userAccount(other), account)],
    done: () => readFileSync(at('new/keys'), 'utf8') === 'ssh-ed25519 AAAA\n',
  },
  {
    change: 'a home',
    module: 'user',
    args: { name: userInfo().username, skeleton: at('.ssh') },
    answers: [is(userAccount(userInfo().username), account)],
    done: () => existsSync(at('new/authorized_keys')),
  },
  {
    change: 'a rollback',
    scripts: [lines(guarding, guard.save), lines(guarding, guard.undo)],
    done: () => readFileSync(keys, 'utf8') === 'old\n',
  },
]

const NOTHING = { summary: '', effects: [], scope: [] } as const

const planned = async (
  attack: Attack,
): Promise<{ changes: readonly Change[]; broken: string | undefined }> => {
  const { module: name = '', args = {}, answers = [], scripts } = attack
  const { broken } = attack
  if (scripts !== undefined) {
    const changes = scripts.map(script => ({ do: 'run', ...NOTHING, script }) as const)
    return { changes, broken }
  }
  const module = modules.get(name)
  if (module === undefined) throw new Error(`no module ${name}`)
  const want = await prepare(module, args)
  const actual = new Model([...present, ...answers]).actual(module, want)
  return { changes: module.plan(want, actual), broken }
}

const fill = (into: string): void => {
  writeFileSync(join(into, 'old'), 'old\n', { mode: 0o600 })
  mkdirSync(join(into, 'dir'), { mode: 0o700 })
  mkdirSync(join(into, '.ssh'))
  writeFileSync(join(into, '.ssh/authorized_keys'), 'old\n')
  symlinkSync('old', join(into, 'link'))
}

describe.each(SHELLS)('on $name', shell => {
  test.each(ATTACKS)('$change is done where nobody strikes, and leaves nothing', async attack => {
    hostile.prepare(fill)
    const struck = await hostile.carryOut(await planned(attack), shell)
    expect(struck).toMatchObject({ code: 0, said: '' })
    expect(attack.done()).toBe(true)
    expect(seen(home).filter(line => line.startsWith('.pro'))).toEqual([])
  })

  test.each(ATTACKS.filter(({ everywhere }) => everywhere === true || shell.name === 'dash'))(
    '$change reaches nothing else, whenever the owner strikes',
    async attack => {
      const changes = await planned(attack)
      hostile.prepare(fill)
      const { tools } = await hostile.carryOut(changes, shell)
      for (const [strike, words] of Object.entries(STRIKES))
        for (let moment = 0; moment <= tools.length; moment++) {
          hostile.prepare(fill)
          const before = seen(victim)
          await hostile.carryOut(changes, shell, { words, moment })
          const where = `${strike} before ${tools[moment - 1] ?? 'all'} (${moment})`
          expect([where, ...seen(victim)]).toEqual([where, ...before])
        }
    },
  )
})
