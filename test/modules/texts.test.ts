import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkArguments } from '../../src/core/arguments.ts'
import type { Module } from '../../src/core/module.ts'
import type { Param } from '../../src/core/schema.ts'
import { modules } from '../../src/modules/index.ts'

/** Parameters of several lines, `module.parameter`, each with the reason that docs/laws.md gives. */
const SEVERAL = new Set(
  [
    ...readFileSync(join(__dirname, '../../docs/laws.md'), 'utf8').matchAll(
      /`(\w+\.\w+)`(?=[^|\n]*\| \S)/g,
    ),
  ].map(([, name]) => name),
)

const all = [...modules.values()].flatMap(module =>
  Object.entries(module.params).map(([name, param]) => ({
    key: `${module.name}.${name}`,
    module,
    name,
    param,
  })),
)

const VALUES = ['a\nb', 'a\rb', 'a\0b', '/a\0b', 'a.b\nc', 'http://a\nb']
const IN_PATHS = ['/a\0b', '/a/\0']

const isPath = ({ json, coercion }: Param<unknown>): boolean => {
  const { title } = (coercion.to === 'list' ? json['items'] : json) as { title?: string }
  return title === 'a path' || title === 'an absolute path'
}

const isText = ({ coercion }: Param<unknown>): boolean => {
  const { to } = coercion.to === 'list' ? coercion.of : coercion
  return ['text', 'line', 'anything', 'record'].includes(to)
}

/** Whether the check has anything against a value of a parameter. */
const refuses = (module: Module, name: string, value: unknown): boolean =>
  checkArguments(module, { [name]: value }, () => false).some(({ param }) => param === name)

const formsOf = ({ coercion }: Param<unknown>, value: string): readonly unknown[] => {
  if (coercion.to === 'list') return [[value]]
  return coercion.to === 'record' ? [{ a: value }, { a: [value] }, { [value]: 'a' }] : [value]
}

const texts = all.filter(({ param }) => !param.secret && isText(param))

test.each(texts.filter(({ key }) => !SEVERAL.has(key)))(
  '$key takes no line break and no NUL',
  ({ module, name, param }) => {
    const values = isPath(param) ? IN_PATHS : VALUES
    const taken = values
      .flatMap(value => formsOf(param, value))
      .filter(value => !refuses(module, name, value))
    expect(taken).toEqual([])
  },
)

test('docs/laws.md names only parameters that take several lines', () => {
  const taking = texts
    .filter(({ module, name, param }) =>
      formsOf(param, 'a\nb').every(value => !refuses(module, name, value)),
    )
    .map(({ key }) => key)
  expect([...SEVERAL].filter(key => !taking.includes(key ?? ''))).toEqual([])
})

// Its hash (user.password) is one, too: whoever has it can try passwords against it.
const SECRET = /passw|passphrase|secret|token|^key$/
/** Of such a name, and no secret. */
const OPEN = new Set([
  'authorized_key.key', // a public key
  'getent.key', // of a database
  'mysql_user.update_password', // whether
  'user.update_password',
  'user.password_lock',
])

test.each(all.filter(({ key, name }) => SECRET.test(name) && !OPEN.has(key)))(
  '$key is a secret',
  ({ param }) => {
    expect(param.secret).toBe(true)
  },
)

test('names of secrets are found', () => {
  const secrets = all.filter(({ param }) => param.secret)
  expect(secrets.length).toBeGreaterThan(5)
  expect(secrets.filter(({ name }) => !SECRET.test(name))).toEqual([])
})
