import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../../src/core/error.ts'
import { LOOKUP_NAMES } from '../../../src/language/lookups/index.ts'
import { keywords, layer, plain, play, raw, role, world } from '../world.ts'

const directory = mkdtempSync(join(tmpdir(), 'provision-lookups-'))
const write = (name: string, content: string): void => {
  mkdirSync(join(directory, name, '..'), { recursive: true })
  writeFileSync(join(directory, name), content)
}
write('files/a.txt', 'A text\n\n')
write('files/b.txt', 'B')
write('roles/own/files/a.txt', "the role's\n")
write('roles/own/templates/t.j2', 'role {{ x }}\n')
write('templates/t.j2', 'x {{ x }}\n{% if true %}\ny\n{% endif %}\n')
write('templates/outer.j2', "{% include 'inner.j2' %}{% import 'macros.j2' as m %}{{ m.hi(x) }}")
write('templates/inner.j2', '[{{ x }}]')
write('templates/macros.j2', '{% macro hi(n) %}hi {{ n }}{% endmacro %}')
write(
  'files/x.ini',
  '; comment\n[prod]\nUser = ann\nurl: http://x\nlong = a\n  b\n[dev]\nuser=bob\n',
)
write('files/x.properties', 'top=1\nother = 2\n')
write('files/x.csv', 'a,1,x\nb,"two, ""too""",y\n')
write('files/x.tsv', 'a\t1\n')
write('vars/debian.yml', 'x: 1')

interface Setup {
  readonly inRole?: boolean
  readonly onImpureLookup?: (name: string) => void
  readonly checkMode?: boolean
  readonly onSecret?: (text: string) => void
}

const look = (expression: string, setup: Setup = {}): unknown => {
  const { inRole = false, onImpureLookup, checkMode = false, onSecret } = setup
  const own = role('own', { directory: join(directory, 'roles/own') })
  const scope = world({}, { checkMode, onSecret }).scope({
    play: play({ directory }),
    directory: inRole ? join(own.directory, 'tasks') : directory,
    role: inRole ? own : undefined,
    keywords: keywords([layer('x: 5')]),
    ...(onImpureLookup ? { onImpureLookup } : {}),
  })
  return plain(scope.value(raw(JSON.stringify(`{{ ${expression} }}`))))
}

const at = (path: string): string => join(directory, path)

describe('files', () => {
  test.each([
    { expression: "lookup('file', 'a.txt')", value: 'A text' },
    { expression: "lookup('ansible.builtin.file', 'a.txt')", value: 'A text' },
    { expression: "lookup('file', 'a.txt', rstrip=false)", value: 'A text\n\n' },
    { expression: "lookup('file', 'a.txt', 'b.txt')", value: 'A text,B' },
    { expression: "lookup('file', 'a.txt', 'b.txt', wantlist=true)", value: ['A text', 'B'] },
    { expression: "query('file', 'a.txt')", value: ['A text'] },
    { expression: "q('fileglob', '*.txt')", value: [at('files/a.txt'), at('files/b.txt')] },
    { expression: "query('fileglob', '*.none')", value: [] },
    { expression: "lookup('template', 't.j2')", value: 'x 5\ny\n' },
    { expression: "lookup('template', 't.j2', template_vars={'x': 6})", value: 'x 6\ny\n' },
    { expression: "lookup('template', 'outer.j2')", value: '[5]hi 5' },
    { expression: "lookup('first_found', ['no.txt', 'b.txt'])", value: at('files/b.txt') },
    { expression: "lookup('first_found', 'no.yml', 'debian.yml')", value: at('vars/debian.yml') },
    {
      expression: "lookup('first_found', {'files': ['n', 'b.txt'], 'paths': ['files']})",
      value: at('files/b.txt'),
    },
    {
      expression: "lookup('first_found', files='b.txt', paths=['files'])",
      value: at('files/b.txt'),
    },
    { expression: "query('first_found', ['none'], skip=true)", value: [] },
    { expression: "query('first_found', {'files': 'none', 'skip': true})", value: [] },
  ])('$expression', ({ expression, value }) => {
    expect(look(expression)).toEqual(value)
  })

  test("a role's own files come first, then the playbook's", () => {
    expect(look("lookup('file', 'a.txt')", { inRole: true })).toBe("the role's")
    expect(look("lookup('file', 'b.txt')", { inRole: true })).toBe('B')
    expect(look("lookup('template', 't.j2')", { inRole: true })).toBe('role 5\n')
  })
})

describe('tables', () => {
  test.each([
    { expression: "lookup('ini', 'user', section='prod', file='x.ini')", value: 'ann' },
    { expression: "lookup('ini', 'user section=dev file=x.ini')", value: 'bob' },
    { expression: "lookup('ini', 'url', section='prod', file='x.ini')", value: 'http://x' },
    { expression: "lookup('ini', 'long', section='prod', file='x.ini')", value: 'a\nb' },
    { expression: "lookup('ini', 'none', section='prod', file='x.ini', default='d')", value: 'd' },
    {
      expression: "query('ini', 'u.*', section='prod', file='x.ini', re=true)",
      value: ['ann', 'http://x'],
    },
    { expression: "lookup('ini', 'other', type='properties', file='x.properties')", value: '2' },
    { expression: "lookup('csvfile', 'a', file='x.csv', delimiter=',')", value: '1' },
    { expression: "lookup('csvfile', 'b', file='x.csv', delimiter=',')", value: 'two, "too"' },
    { expression: "lookup('csvfile', 'b file=x.csv delimiter=, col=2')", value: 'y' },
    {
      expression: "lookup('csvfile', 'y', file='x.csv', delimiter=',', keycol=2, col=0)",
      value: 'b',
    },
    {
      expression: "lookup('csvfile', 'z', file='x.csv', delimiter=',', default='no')",
      value: 'no',
    },
    { expression: "lookup('csvfile', 'a', file='x.tsv')", value: '1' },
  ])('$expression', ({ expression, value }) => {
    expect(look(expression)).toEqual(value)
  })
})

describe('the run', () => {
  test.each([
    { expression: "lookup('vars', 'x')", value: 5 },
    { expression: "query('inventory_hostnames', 'all')", value: ['web1', 'web2'] },
    { expression: "lookup('pipe', 'pwd -P; printf two')", value: `${directory}\ntwo` },
    { expression: "query('lines', 'printf \"a\\nb\\n\"')", value: ['a', 'b'] },
    { expression: "[lookup('random_choice', ['a'])]", value: ['a'] },
    { expression: "lookup('file', 'none', errors='ignore')", value: null },
    { expression: "query('file', 'none', errors='warn')", value: [] },
  ])('$expression', ({ expression, value }) => {
    expect(look(expression)).toEqual(value)
  })
})

describe('mistakes', () => {
  test.each([
    { expression: "lookup('fil', 'x')", code: 'E_TEMPLATE', text: "the lookup 'fil' is not known" },
    {
      expression: "lookup('file', 'none')",
      code: 'E_FILE_MISSING',
      text: 'there is no file "none"',
    },
    {
      expression: "lookup('first_found', ['none'])",
      code: 'E_FILE_MISSING',
      text: 'none of the files',
    },
    { expression: "lookup('vars', 'nope')", code: 'E_UNDEFINED', text: "'nope' is undefined" },
    { expression: "lookup('url', 'http://x')", code: 'E_UNSUPPORTED', text: 'not supported' },
    {
      expression: "lookup('pipe', 'echo bad >&2; exit 3')",
      code: 'E_PIPE',
      text: 'ended with code 3: bad',
    },
    { expression: "query('sequence', 'start=5 end=1')", code: 'E_TEMPLATE', text: 'cannot count' },
    {
      expression: "query('sequence', 'stop=1')",
      code: 'E_TEMPLATE',
      text: '"stop=1" is no argument',
    },
    {
      expression: "lookup('password', '/dev/null length=none')",
      code: 'E_TEMPLATE',
      text: 'not a length',
    },
    {
      expression: "lookup('password', '/dev/null encrypt=md5')",
      code: 'E_TEMPLATE',
      text: 'encrypt knows no',
    },
  ])('$expression', ({ expression, code, text }) => {
    expect.assertions(2)
    try {
      look(expression)
    } catch (error) {
      expect(error).toBeInstanceOf(UserError)
      if (error instanceof UserError)
        expect(`${error.code} ${error.message}`).toMatch(new RegExp(`^${code} .*${text}`))
    }
  })
})

describe('password', () => {
  test('is made once, in a file of the owner, and told as a secret', () => {
    const secrets: string[] = []
    const onSecret = (text: string): void => void secrets.push(text)
    const expression = "lookup('password', 'secret/db length=12 chars=digits,hex')"
    const first = look(expression, { onSecret })
    expect(first).toMatch(/^[\dhex]{12}$/)
    expect(look(expression)).toBe(first)
    expect(secrets).toEqual([first])
    const file = at('secret/db')
    expect(readFileSync(file, 'utf8')).toBe(`${String(first)}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(at('secret')).mode & 0o777).toBe(0o700)
  })

  test('has twenty characters of Ansible’s set by default', () => {
    expect(look("lookup('password', '/dev/null')")).toMatch(/^[\w.,:-]{20}$/)
    expect(look("lookup('password', '/dev/null')")).not.toBe(
      look("lookup('password', '/dev/null')"),
    )
  })

  test('is the same for the same seed', () => {
    const expression =
      "lookup('password', '/dev/null', seed=inventory_hostname, chars=['ascii_letters'])"
    expect(look(expression)).toMatch(/^[A-Za-z]{20}$/)
    expect(look(expression)).toBe(look(expression))
  })

  test('hashed, keeps its salt in the file', () => {
    const expression = "lookup('password', 'hashed encrypt=sha512_crypt')"
    const first = look(expression)
    expect(first).toMatch(/^\$6\$/)
    expect(look(expression)).toBe(first)
    expect(readFileSync(at('hashed'), 'utf8')).toMatch(/^\S{20} salt=\S{16}\n$/)
  })

  test('of a dry run is made up once for a file, written nowhere, and told as a secret', () => {
    const secrets: string[] = []
    const run = world({}, { checkMode: true, onSecret: text => void secrets.push(text) })
    const dry = (term: string): unknown =>
      run
        .scope({ play: play({ directory }), directory, role: undefined, keywords: keywords() })
        .value(raw(JSON.stringify(`{{ lookup('password', '${term}') }}`)))
    const first = dry('dry length=12')
    expect(first).toMatch(/^[\w.,:-]{12}$/)
    expect(dry('dry length=12')).toBe(first)
    expect(secrets).toContain(first)
    const hashed = dry('dry encrypt=sha512_crypt')
    expect(hashed).toMatch(/^\$6\$/)
    expect(dry('dry encrypt=sha512_crypt')).toBe(hashed)
    expect(dry('/dev/null')).not.toBe(dry('/dev/null'))
    expect(() => readFileSync(at('dry'))).toThrow('ENOENT')
    write('dry2', 'known\n')
    expect(dry('dry2')).toBe('known')
    expect(look("lookup('password', 'dry', length=12)", { checkMode: true })).not.toBe(first)
  })
})

describe('what looking ahead must not do', () => {
  class Refused extends Error {}
  const onImpureLookup = (name: string): never => {
    throw new Refused(name)
  }

  test.each([
    'file',
    'fileglob',
    'template',
    'first_found',
    'ini',
    'csvfile',
    'pipe',
    'lines',
    'password',
    'random_choice',
  ])('%s', name => {
    expect(() => look(`lookup('${name}', 'x')`, { onImpureLookup })).toThrow(new Refused(name))
  })

  test('other lookups are done', () => {
    expect(look("query('items', [1, 2])", { onImpureLookup })).toEqual([1, 2])
    expect(look("lookup('env', 'NONE_SUCH')", { onImpureLookup })).toBe('')
  })
})

test('the names are there for the static check', () => {
  expect(LOOKUP_NAMES).toEqual(expect.arrayContaining(['file', 'password', 'sequence', 'nested']))
})
