import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import type { Controller } from '../../src/core/controller.ts'
import { modules } from '../../src/modules/index.ts'
import { Here, type Ran } from './here.ts'
import { files, sourceOf } from './model.ts'

let here: Here
beforeEach(() => {
  here = new Here()
})
afterEach(() => here.close())

const moduleOf = (name: string) => {
  const module = modules.get(name)
  if (module === undefined) throw new Error(`no module ${name}`)
  return module
}

const TREE: Partial<Controller> = {
  kindOf: src => Promise.resolve(src.replace(/\/$/, '') === 'site' ? 'directory' : 'file'),
  file: () => Promise.resolve(sourceOf('linked')),
  tree: () =>
    Promise.resolve([
      { path: 'a b', kind: 'file', mode: '0600', source: sourceOf('a') },
      { path: 'd', kind: 'directory', mode: '0750' },
      { path: 'd/empty', kind: 'file', mode: '0640', source: sourceOf('') },
      { path: 'l', kind: 'link', mode: '0777', target: 'a' },
    ]),
}

/** `@` in arguments stands for the directory to play in. */
const placed = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replaceAll('@', here.root)
  if (Array.isArray(value)) return value.map(placed)
  return value
}

interface Task {
  readonly case: string
  readonly module: string
  readonly args: Readonly<Record<string, unknown>>
  readonly controller?: Partial<Controller>
  readonly given?: () => void
  readonly then?: (ran: Ran) => void
}

const text = (name: string) => readFileSync(here.at(name), 'utf8')
const modeOf = (name: string) => (lstatSync(here.at(name)).mode & 0o7777).toString(8)
const write = (name: string, content = 'old\n') => {
  writeFileSync(here.at(name), content)
}

const TASKS: readonly Task[] = [
  {
    case: 'a directory',
    module: 'file',
    args: { path: '@/a/b/c', state: 'directory', mode: '0750', owner: '1', group: 'daemon' },
    then: () => {
      expect(modeOf('a')).toBe('750')
    },
  },
  {
    case: 'a directory in one that is setgid',
    module: 'file',
    args: { path: '@/s/d', state: 'directory' },
    given: () => {
      mkdirSync(here.at('s'))
      chmodSync(here.at('s'), 0o2755)
    },
  },
  {
    case: 'a directory that loses its setgid',
    module: 'file',
    args: { path: '@/s', state: 'directory', mode: '0755' },
    given: () => {
      mkdirSync(here.at('s'))
      chmodSync(here.at('s'), 0o2755)
    },
  },
  {
    case: 'all below a directory',
    module: 'file',
    args: {
      path: '@/d',
      state: 'directory',
      recurse: true,
      mode: 'u=rwX,g=rX,o=',
      owner: 'daemon',
    },
    given: () => {
      mkdirSync(here.at('d/e'), { recursive: true })
      write('d/x')
      write('d/e/-y z')
      symlinkSync('x', here.at('d/l'))
    },
    then: () => {
      expect(modeOf('d/e/-y z')).toBe('640')
      expect(modeOf('d/e')).toBe('750')
    },
  },
  {
    case: 'a mode',
    module: 'file',
    args: { path: '@/x', mode: 'g+w,o-r' },
    given: () => {
      write('x')
    },
    then: () => {
      expect(modeOf('x')).toBe('660')
    },
  },
  {
    case: 'setuid with an owner',
    module: 'file',
    args: { path: '@/x', mode: '4755', owner: 'daemon' },
    given: () => {
      write('x')
    },
    then: () => {
      expect(modeOf('x')).toBe('4755')
    },
  },
  {
    case: 'an empty file',
    module: 'file',
    args: { path: '@/x', state: 'touch', mode: '0600' },
    then: () => {
      expect(modeOf('x')).toBe('600')
    },
  },
  {
    case: 'a link',
    module: 'file',
    args: { path: '@/l', state: 'link', src: 'x y' },
    given: () => {
      write('x y')
    },
    then: () => {
      expect(readlinkSync(here.at('l'))).toBe('x y')
    },
  },
  {
    case: 'a link to a directory that leads elsewhere',
    module: 'file',
    args: { path: '@/l', state: 'link', src: '@/e' },
    given: () => {
      mkdirSync(here.at('d'))
      mkdirSync(here.at('e'))
      symlinkSync('d', here.at('l'))
    },
    then: () => {
      expect(readlinkSync(here.at('l'))).toBe(here.at('e'))
      expect(readdirSync(here.at('d'))).toEqual([])
    },
  },
  {
    case: 'a link in place of a file',
    module: 'file',
    args: { path: '@/l', state: 'link', src: '/nowhere', force: true },
    given: () => {
      write('l')
    },
  },
  {
    case: 'a second name',
    module: 'file',
    args: { path: '@/h', state: 'hard', src: '@/x' },
    given: () => {
      write('x')
    },
    then: () => {
      expect(lstatSync(here.at('h')).ino).toBe(lstatSync(here.at('x')).ino)
    },
  },
  {
    case: 'nothing where a directory was',
    module: 'file',
    args: { path: '@/d', state: 'absent' },
    given: () => {
      mkdirSync(here.at('d'))
      write('d/x')
    },
    then: () => {
      expect(existsSync(here.at('d'))).toBe(false)
    },
  },
  {
    case: 'nothing where a link was, and its target',
    module: 'file',
    args: { path: '@/l', state: 'absent' },
    given: () => {
      write('x')
      symlinkSync('x', here.at('l'))
    },
    then: () => {
      expect(existsSync(here.at('x'))).toBe(true)
    },
  },
  {
    case: 'a new file',
    module: 'copy',
    args: { content: 'new\n', dest: '@/x' },
    then: () => {
      expect(text('x')).toBe('new\n')
      expect(modeOf('x')).toBe('644')
    },
  },
  {
    case: 'a new file with attributes',
    module: 'copy',
    args: { content: 'new\n', dest: '@/x', mode: '2640', owner: 'daemon', group: '2' },
  },
  {
    case: 'a file in a directory that is setgid',
    module: 'copy',
    args: { content: 'new\n', dest: '@/s/x' },
    given: () => {
      mkdirSync(here.at('s'))
      execFileSync('chgrp', ['2', here.at('s')])
      chmodSync(here.at('s'), 0o2755)
    },
  },
  {
    case: 'a file that keeps what it is',
    module: 'copy',
    args: { content: 'new\n', dest: '@/x' },
    given: () => {
      write('x')
      chmodSync(here.at('x'), 0o4711)
      execFileSync('chown', ['1:2', here.at('x')])
      chmodSync(here.at('x'), 0o4711)
    },
    then: () => {
      expect(modeOf('x')).toBe('4711')
      expect(lstatSync(here.at('x')).uid).toBe(1)
    },
  },
  {
    case: 'a file and its backup',
    module: 'copy',
    args: { content: 'new\n', dest: '@/x', backup: true },
    given: () => {
      write('x')
    },
    then: ({ result }) => {
      expect(text('x.2026-01-31@23:59:59~')).toBe('old\n')
      expect(result['backup_file']).toBe(here.at('x.2026-01-31@23:59:59~'))
    },
  },
  {
    case: 'a file that a check accepts',
    module: 'copy',
    args: { content: 'new\n', dest: '@/x', validate: 'grep -q new %s' },
  },
  { case: 'a file with an odd name', module: 'copy', args: { content: 'x', dest: "@/-a b'c\n" } },
  {
    case: 'a file where a link leads',
    module: 'copy',
    args: { content: 'new', dest: '@/l', follow: true },
    given: () => {
      write('x')
      symlinkSync('x', here.at('l'))
    },
    then: () => {
      expect(text('x')).toBe('new')
    },
  },
  {
    case: 'a file in place of a link',
    module: 'copy',
    args: { content: 'new', dest: '@/l' },
    given: () => {
      write('x')
      symlinkSync('x', here.at('l'))
    },
    then: () => {
      expect(text('x')).toBe('old\n')
      expect(lstatSync(here.at('l')).isFile()).toBe(true)
    },
  },
  {
    case: 'a file below a link',
    module: 'copy',
    args: { content: 'new', dest: '@/l/x' },
    given: () => {
      mkdirSync(here.at('d'))
      symlinkSync('d', here.at('l'))
    },
    then: () => {
      expect(text('d/x')).toBe('new')
    },
  },
  {
    case: 'a directory with what is in it',
    module: 'copy',
    args: { src: 'site', dest: '@/new', mode: 'preserve' },
    controller: TREE,
    then: () => {
      expect(text('new/site/l')).toBe('linked')
      expect(modeOf('new/site/d/empty')).toBe('640')
      expect(modeOf('new/site/d')).toBe('750')
    },
  },
  {
    case: 'a file in a directory that a slash makes',
    module: 'copy',
    args: { src: 'x', dest: '@/new/d/', owner: 'daemon' },
    controller: files({ x: 'x' }),
    then: () => {
      expect(text('new/d/x')).toBe('x')
    },
  },
  {
    case: 'a file of the host',
    module: 'copy',
    args: {
      src: '@/x',
      dest: '@/y',
      remote_src: true,
      mode: 'preserve',
      backup: true,
      validate: 'test -s %s',
    },
    given: () => {
      write('x')
      chmodSync(here.at('x'), 0o440)
      write('y', 'other')
    },
    then: () => {
      expect(text('y')).toBe('old\n')
      expect(modeOf('y')).toBe('440')
      expect(readdirSync(here.root)).toHaveLength(3)
    },
  },
  {
    case: 'a directory of the host',
    module: 'copy',
    args: { src: '@/d/', dest: '@/e', remote_src: true },
    given: () => {
      mkdirSync(here.at('d/sub'), { recursive: true })
      write('d/sub/x')
      write('d/y')
    },
    then: () => {
      expect(text('e/sub/x')).toBe('old\n')
    },
  },
  {
    case: 'a rendered file',
    module: 'template',
    args: { src: 'x.j2', dest: '@/', mode: '0600' },
    controller: files({ 'x.j2': 'rendered' }),
    then: () => {
      expect(text('x.j2')).toBe('rendered')
    },
  },
  {
    case: 'a line',
    module: 'lineinfile',
    args: { path: '@/new/x', line: 'Port 22', regexp: '^#?Port', create: true, mode: '0600' },
    then: ({ result }) => {
      expect(text('new/x')).toBe('Port 22\n')
      expect(result['msg']).toBe('line added')
    },
  },
  {
    case: 'a line in place of another',
    module: 'lineinfile',
    args: { path: '@/l', line: 'Port 22', regexp: '^#?Port' },
    given: () => {
      write('x', 'a\n#Port 1\n')
      symlinkSync('x', here.at('l'))
    },
    then: () => {
      expect(text('x')).toBe('a\nPort 22\n')
    },
  },
  {
    case: 'a block',
    module: 'blockinfile',
    args: { path: '@/x', block: 'a\nb' },
    given: () => {
      write('x')
    },
  },
  {
    case: 'what was replaced',
    module: 'replace',
    args: { path: '@/x', regexp: 'o(.)d', replace: '\\1' },
    given: () => {
      write('x')
    },
    then: () => {
      expect(text('x')).toBe('l\n')
    },
  },
]

test.each(TASKS)('$module: $case is as foretold, and a second run changes nothing', async task => {
  task.given?.()
  const args = Object.fromEntries(
    Object.entries(task.args).map(([name, value]) => [name, placed(value)]),
  )
  const ran = await here.run(moduleOf(task.module), args, task.controller)
  expect(ran.summaries).not.toEqual([])
  expect(ran.left).toEqual([])
  expect(ran.lies).toEqual([])
  task.then?.(ran)
  expect(readdirSync(here.root).filter(name => name.startsWith('.provision'))).toEqual([])
  if (task.args['state'] === 'touch') return
  const again = await here.run(moduleOf(task.module), args, task.controller)
  expect(again.summaries).toEqual([])
})
