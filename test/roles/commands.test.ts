import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse } from 'yaml'

const ROOT = join(__dirname, '../..')

const filesIn = (directory: string): string[] =>
  readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)))

/** `command`, `ansible.builtin.command`, … */
const MODULE = /^(?:ansible\.(?:builtin|legacy)\.)?(command|shell|raw|script)$/

interface Found {
  readonly where: string
  readonly task: string
  readonly module: string
}

type Node = Readonly<Record<string, unknown>>

/** Where plays and blocks keep their tasks. */
const LISTS = ['pre_tasks', 'tasks', 'post_tasks', 'handlers', 'block', 'rescue', 'always']

/** The tasks of a list of plays or of tasks, those in blocks too. */
const tasksIn = (nodes: unknown): Node[] =>
  Array.isArray(nodes)
    ? (nodes as Node[]).flatMap(node => [node, ...LISTS.flatMap(list => tasksIn(node[list]))])
    : []

const modulesOf = (task: Node): string[] => {
  const actions = ['action', 'local_action'].map(key => String(task[key]).split(/\s/)[0] ?? '')
  return [...Object.keys(task), ...actions].flatMap(key => MODULE.exec(key)?.[1] ?? [])
}

const commandsIn = (file: string): Found[] =>
  tasksIn(parse(readFileSync(join(ROOT, file), 'utf8'))).flatMap(task =>
    modulesOf(task).map(module => ({ where: file, task: String(task['name']), module })),
  )

const listed = (): Found[] =>
  [
    ...readFileSync(join(ROOT, 'docs/commands-in-roles.md'), 'utf8').matchAll(
      /^\| `([^`]+)` +\| (.+?) +\| `(\w+)` +\| \S/gm,
    ),
  ].map(([, where = '', task = '', module = '']) => ({ where, task, module }))

test('docs/commands-in-roles.md names each command of our roles and playbooks, and no other', () => {
  const found = [...filesIn('roles'), ...filesIn('playbooks')].flatMap(commandsIn)
  expect(listed()).toEqual(found)
})
