import { join } from 'node:path'
import { formatError, UserError } from '../../../src/core/error.ts'
import { loadYamlFile, parseYaml } from '../../../src/language/load/index.ts'
import { TemplateText, VaultText, type Raw } from '../../../src/language/value.ts'
import { inProject } from './project.ts'

const read = (text: string): Raw => parseYaml(text, 'f.yml').raw

// What PyYAML 6 gives, which Ansible reads with.
test.each<[string, Raw]>([
  ['yes', true],
  ['No', false],
  ['on', true],
  ['OFF', false],
  ['y', 'y'],
  ['n', 'n'],
  ['tRue', 'tRue'],
  ['0644', 420],
  ['0o644', '0o644'],
  ['08', '08'],
  ['0_7', 7],
  ['-012', -10],
  ['0x1F', 31],
  ['0b11', 3],
  ['1_000', 1000],
  ['+1', 1],
  ['1__2', 12],
  ['1e3', '1e3'],
  ['1.5e3', '1.5e3'],
  ['1.5e+3', 1500],
  ['1.', 1],
  ['.5', 0.5],
  ['-.5', '-.5'],
  ['1.10', 1.1],
  ['12:30', 750],
  ['1:30:00', 5400],
  ['1:70', '1:70'],
  ['-1:30', -90],
  ['12:30.5', 750.5],
  ['-.INF', -Infinity],
  ['.nan', NaN],
  ['~', null],
  ['Null', null],
  ['', null],
  ['_1', '_1'],
  ['1.2.3', '1.2.3'],
  ['2024-01-01', '2024-01-01'],
  ['"yes"', 'yes'],
  ["'0644'", '0644'],
  ['!!str 0644', '0644'],
  ['!!int "3"', 3],
])('a value %s', (text, value) => {
  expect(read(`key: ${text}\n`)).toEqual(new Map([['key', value]]))
})

test.each<[string, string, Raw]>([
  ['an empty file', '', null],
  ['a comment alone', '# nothing\n', null],
  [
    'keys of other types',
    '1: a\nyes: b\n~: c\n',
    new Map<Raw & (number | boolean | null), Raw>([
      [1, 'a'],
      [true, 'b'],
      [null, 'c'],
    ]),
  ],
  [
    'an anchor and its alias',
    'a: &x [1]\nb: *x\n',
    new Map([
      ['a', [1]],
      ['b', [1]],
    ]),
  ],
  [
    'merged keys, the own ones winning',
    'a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n',
    new Map<string, Raw>([
      [
        'a',
        new Map([
          ['p', 1],
          ['q', 2],
        ]),
      ],
      [
        'b',
        new Map([
          ['p', 1],
          ['q', 3],
        ]),
      ],
    ]),
  ],
  ['an unsafe text, which is no template', 'a: !unsafe "{{ x }}"\n', new Map([['a', '{{ x }}']])],
])('%s', (_, text, value) => {
  expect(read(text)).toEqual(value)
})

test('an encrypted value keeps its envelope and its place', () => {
  const raw = read('key: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n') as ReadonlyMap<
    string,
    Raw
  >
  expect(raw.get('key')).toEqual(
    new VaultText('$ANSIBLE_VAULT;1.1;AES256\n6162\n', { file: 'f.yml', line: 1, column: 13 }),
  )
})

test('an encrypted file is opened, or refused without a password', () => {
  const text = '$ANSIBLE_VAULT;1.1;AES256\n6162\n'
  expect(parseYaml(text, 'f.yml', { decrypt: () => 'a: 1\n' }).raw).toEqual(new Map([['a', 1]]))
  expect(() => parseYaml(text, 'f.yml')).toThrow('this file is encrypted')
})

const TEMPLATES = `a: "{{ x }} b"
b: |
  first
    {{ y }}

  last {{ z }}
c: >-
  fold {{ y }}
  more {{ z }}

  para {{ w }}
d: plain {{ y }}
  next {{ z }}
e: 'q1 {{ a }}
   q2 {{ b }}'
f: [ "{{ q }}", '{{ r }}' ]
g: |2
    ind {{ a }}
h: >
  - item {{ h }}
`

const templates = (raw: Raw): readonly TemplateText[] => {
  if (raw instanceof TemplateText) return [raw]
  if (Array.isArray(raw)) return (raw as readonly Raw[]).flatMap(templates)
  return raw instanceof Map ? [...(raw.values() as Iterable<Raw>)].flatMap(templates) : []
}

test('every brace of every template is found where it stands in the file', () => {
  const lines = TEMPLATES.split('\n')
  const found = templates(read(TEMPLATES)).flatMap(template =>
    [...template.source.matchAll(/\{\{ \w/g)].map(match => {
      const before = template.source.slice(0, match.index).split('\n')
      const at = template.place(before.length, (before.at(-1)?.length ?? 0) + 1)
      return [match[0], lines[at.line - 1]?.slice(at.column - 1, at.column + 3)]
    }),
  )
  expect(found).toHaveLength(14)
  for (const [wanted, actual] of found) expect(actual).toBe(wanted)
})

test.each([
  [
    'the start of a value that needs quotes',
    'a: {{ x }}\n',
    'f.yml:1:5: a key must be a text, not a list or a dictionary [E_YAML]\n  hint: put quotes around the whole value, as in "{{ name }}": without them "{" opens a dictionary',
  ],
  [
    'the same with text behind it',
    'a: {{ x }}/b\n',
    'f.yml:1:11: this is not valid YAML: unexpected scalar at node end [E_YAML]\n  hint: put quotes around the whole value, as in "{{ name }}": without them "{" opens a dictionary',
  ],
  [
    'a tab',
    'a:\n\tb: 1\n',
    'f.yml:2:1: this is not valid YAML: tabs are not allowed as indentation [E_YAML]\n  hint: indent with spaces: YAML does not allow tabs',
  ],
  [
    'no space behind a colon',
    'a:b\nc: 1\n',
    'f.yml:1:1: this is not valid YAML: implicit keys need to be on a single line [E_YAML]\n  hint: put a space after the colon',
  ],
  [
    'an open quote',
    'a: "x\nb: 1\n',
    'f.yml:3:1: this is not valid YAML: missing closing "quote [E_YAML]\n  hint: close the quote that opens on this line or above it',
  ],
  [
    'a colon in a value',
    'a: b: c\n',
    'f.yml:1:4: this is not valid YAML: nested mappings are not allowed in compact mappings [E_YAML]\n  hint: put the value in quotes: it holds ": "',
  ],
  [
    'a reserved character',
    'a: @x\n',
    'f.yml:1:4: this is not valid YAML: plain value cannot start with reserved character @ [E_YAML]\n  hint: put the value in quotes: a value cannot begin with this character',
  ],
  [
    'a wrong indentation',
    '- a: 1\n b: 2\n',
    'f.yml:2:1: this is not valid YAML: sequence item without - indicator [E_YAML]\n  hint: check the indentation of this line and of the one above it',
  ],
  [
    'two documents',
    '---\na: 1\n---\nb: 2\n',
    'f.yml:3:1: this is not valid YAML: the file holds more than one document [E_YAML]\n  hint: one document per file: remove the second "---" or move what follows to its own file',
  ],
  [
    'an unknown tag',
    'a: !foo x\n',
    'f.yml:1:9: the tag "!foo" is not known [E_YAML]\n  hint: known are !vault and !unsafe, and !!str, !!int, !!float, !!bool and !!null',
  ],
  ['an alias without an anchor', 'a: *x\n', 'f.yml:1:4: there is no anchor "&x" above [E_YAML]'],
  [
    'a merge of something else',
    'a:\n  <<: 3\n',
    'f.yml:2:3: "<<" merges dictionaries only [E_YAML]',
  ],
])('%s is told with its place and a way out', (_, text, message) => {
  const error = thrown(() => read(text))
  expect(formatError(error)).toBe(message)
})

const thrown = (work: () => unknown): UserError => {
  try {
    work()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

test('a key that stands twice is a warning, and the last value counts', () => {
  const warnings: UserError[] = []
  const { raw } = parseYaml('a: 1\na: 2\n', 'f.yml', {
    onWarning: warning => warnings.push(warning),
  })
  expect(raw).toEqual(new Map([['a', 2]]))
  expect(warnings.map(formatError)).toEqual([
    'f.yml:2:1: the key "a" stands here again: the value of line 1 is not used [E_DUPLICATE_KEY]',
  ])
})

test('a missing file and a directory are told by name', () => {
  inProject({ 'd/x.yml': '' }, directory => {
    expect(() => loadYamlFile(join(directory, 'none.yml'))).toThrow('there is no file')
    expect(() => loadYamlFile(join(directory, 'd'))).toThrow('is a directory, not a file')
  })
})
