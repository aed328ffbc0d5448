import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseDocument, type YAMLMap } from 'yaml'

const ROLES = join(__dirname, '../../roles')

interface Option {
  readonly type: string
  readonly required?: boolean
  readonly description?: string
  readonly choices?: readonly unknown[]
}

const text = (role: string, file: string): string => {
  const path = join(ROLES, role, file)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

const defaultsOf = (role: string): Readonly<Record<string, unknown>> =>
  (parse(text(role, 'defaults/main.yml')) ?? {}) as Record<string, unknown>

const optionsOf = (role: string): Readonly<Record<string, Option>> => {
  const specs = parse(text(role, 'meta/argument_specs.yml')) as {
    argument_specs: { main: { options?: Record<string, Option> } }
  }
  return specs.argument_specs.main.options ?? {}
}

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  str: value => typeof value === 'string',
  path: value => typeof value === 'string',
  int: Number.isInteger,
  bool: value => typeof value === 'boolean',
  list: Array.isArray,
  dict: value => typeof value === 'object' && value !== null && !Array.isArray(value),
}

const isTemplate = (value: unknown): boolean => typeof value === 'string' && value.includes('{{')

/** Variables without a comment: above them, or above the first of those written without a gap. */
const uncommented = (role: string): string[] => {
  const lines = text(role, 'defaults/main.yml').split('\n')
  return Object.keys(defaultsOf(role)).filter(name => {
    const at = lines.findIndex(line => line.startsWith(`${name}:`))
    const gap = lines.lastIndexOf('', at)
    return !lines.slice(gap + 1, at).some(line => line.startsWith('#'))
  })
}

interface Task {
  readonly name?: string
  readonly [keyword: string]: unknown
}

/** The tasks of a file, those in blocks too. */
const flat = (tasks: readonly Task[]): Task[] =>
  tasks.flatMap(task => [
    task,
    ...['block', 'rescue', 'always'].flatMap(key => flat((task[key] ?? []) as Task[])),
  ])

const tasksOf = (role: string): Task[] =>
  ['tasks', 'handlers'].flatMap(folder => {
    const directory = join(ROLES, role, folder)
    if (!existsSync(directory)) return []
    return readdirSync(directory).flatMap(file =>
      flat((parse(text(role, join(folder, file))) ?? []) as Task[]),
    )
  })

describe.each(readdirSync(ROLES))('role %s', role => {
  test('specifies each of its variables, and no other', () => {
    const optional = Object.entries(optionsOf(role)).filter(([, { required }]) => required !== true)
    expect(optional.map(([name]) => name).sort()).toEqual(Object.keys(defaultsOf(role)).sort())
  })

  test('describes each of them', () => {
    const silent = Object.entries(optionsOf(role)).filter(([, option]) => !option.description)
    expect(silent).toEqual([])
    expect(uncommented(role)).toEqual([])
  })

  test('has defaults of the types that it specifies', () => {
    const options = optionsOf(role)
    const odd = Object.entries(defaultsOf(role)).filter(([name, value]) => {
      const { type = '', choices } = options[name] ?? {}
      if (isTemplate(value)) return false
      return KINDS[type]?.(value) !== true || choices?.includes(value) === false
    })
    expect(odd).toEqual([])
  })

  test('names each variable once', () => {
    const { contents } = parseDocument(text(role, 'defaults/main.yml'))
    const names = contents === null ? [] : (contents as YAMLMap).items.map(({ key }) => String(key))
    expect(new Set(names).size).toBe(names.length)
  })

  test('has tasks whose names are sentences', () => {
    const names = tasksOf(role)
      .filter(task => task.name !== undefined || !('block' in task))
      .map(({ name = '(a task without a name)' }) => name)
    expect(names.filter(name => !/^[A-Z].* .*[^.]$/.test(name))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
  })
})
