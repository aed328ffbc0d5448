import { checkArguments, readArguments, type Parameters } from '../../src/core/arguments.ts'
import { formatError, UserErrors } from '../../src/core/error.ts'
import {
  absolutePath,
  alias,
  anything,
  boolean,
  dictionary,
  dictionaryOf,
  integer,
  list,
  mode,
  number,
  oneOf,
  optional,
  record,
  secret,
  text,
  withDefault,
} from '../../src/core/schema.ts'
import { account, host, LINE, line, path } from '../../src/core/shapes.ts'
import { isSecret, keep } from '../../src/core/secret.ts'

const key = record(
  {
    name: alias(text('Name.'), 'id'),
    bits: withDefault(integer('Size.'), 2048),
    pass: optional(secret('Passphrase.')),
  },
  'Key.',
)

const WORD = { pattern: '^\\w+$', title: 'words' }

const thing: Parameters = {
  name: 'thing',
  params: {
    name: alias(text('Name.'), 'label'),
    state: withDefault(oneOf(['present', 'absent'], 'State.'), 'present'),
    mode: optional(mode('Mode.')),
    path: optional(absolutePath('Path.')),
    groups: optional(list(text('Group.'), 'Groups.')),
    ports: optional(list(integer('Port.'), 'Ports.')),
    size: optional(integer('Size.')),
    ratio: optional(number('Ratio.')),
    force: optional(boolean('Force.')),
    upgrade: optional(oneOf(['no', 'yes', 'full'], 'Upgrade.')),
    password: optional(secret('Password.')),
    env: optional(dictionary('Variables.')),
    keys: optional(list(key, 'Keys.')),
    value: optional(anything('Value.')),
    title: optional(line('Title.')),
    file: optional(path('File.')),
    owner: optional(account('Owner.')),
    peers: optional(list(host('Peer.'), 'Peers.')),
    headers: optional(dictionaryOf({ keys: WORD, values: LINE }, 'Headers.')),
  },
  check: ({ size, ratio }) =>
    size !== undefined && ratio !== undefined ? '"size" and "ratio" exclude each other' : undefined,
}

const read = (raw: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  readArguments(thing, { name: 'x', ...raw })

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['a number as text', { name: 5 }, { name: '5' }],
  ['a boolean as text', { name: true }, { name: 'True' }],
  ['a boolean as a choice', { upgrade: true }, { upgrade: 'yes' }],
  ['no as a choice', { upgrade: false }, { upgrade: 'no' }],
  ['text as a number', { size: ' 12 ', value: '12' }, { size: 12, value: '12' }],
  ['text as a fraction', { ratio: '1.5e1' }, { ratio: 15 }],
  ['yes as a boolean', { force: 'Yes' }, { force: true }],
  ['zero as a boolean', { force: 0 }, { force: false }],
  ['a mode that YAML read as octal', { mode: 0o644 }, { mode: '0644' }],
  ['a mode with a sticky bit', { mode: 0o1777 }, { mode: '1777' }],
  ['a mode in digits', { mode: '755' }, { mode: '0755' }],
  ['a mode with a zero in front', { mode: '01777' }, { mode: '1777' }],
  ['a symbolic mode', { mode: 'u=rw,g=r' }, { mode: 'u=rw,g=r' }],
  ['text as a list', { groups: 'a, b' }, { groups: ['a', 'b'] }],
  ['empty text as a list', { groups: '' }, { groups: [] }],
  ['JSON as a list', { groups: '["a,b"]' }, { groups: ['a,b'] }],
  ['a lone number as a list', { ports: 80 }, { ports: [80] }],
  ['numbers in a list', { ports: '80,443' }, { ports: [80, 443] }],
  ['JSON as a dictionary', { env: '{"a": 1}' }, { env: { a: 1 } }],
  ['a line with the break of a block', { title: 'a b\r\n\n' }, { title: 'a b' }],
  ['a path with all its breaks', { file: 'a\nb\n' }, { file: 'a\nb\n' }],
  [
    'a dictionary of lines',
    { headers: { A: 'x', B: 1, C: ['y'] } },
    { headers: { A: 'x', B: 1, C: ['y'] } },
  ],
  ['pairs as a dictionary', { env: 'a=1, b=x=y' }, { env: { a: '1', b: 'x=y' } }],
  ['a lone dictionary as a list', { keys: { id: 1 } }, { keys: [{ name: '1', bits: 2048 }] }],
  [
    'what is empty',
    { size: null, keys: [{ name: 'k', pass: null }] },
    { keys: [{ name: 'k', bits: 2048 }] },
  ],
])('reads %s', (_, raw, want) => {
  expect(read(raw)).toEqual({ name: 'x', state: 'present', ...want })
})

test('an alias gives the parameter its value', () => {
  expect(readArguments(thing, { label: 'y' })).toEqual({ name: 'y', state: 'present' })
})

test('secrets are wrapped, also inside, and wrapped ones are taken', () => {
  const { password, keys } = read({ password: 'hunter2', keys: [{ name: 'k', pass: keep('p') }] })
  const [first] = keys as readonly { pass: unknown }[]
  expect([password, first?.pass].map(value => isSecret(value) && value.reveal())).toEqual([
    'hunter2',
    'p',
  ])
})

const mistakes = (raw: Readonly<Record<string, unknown>>): readonly string[] => {
  try {
    readArguments(thing, raw)
    return []
  } catch (error) {
    if (error instanceof UserErrors) return error.errors.map(formatError)
    throw error
  }
}

test.each<[string, Record<string, unknown>, readonly string[]]>([
  ['a missing parameter', {}, ['thing: needs "name" [E_MISSING_PARAM]']],
  ['an empty required parameter', { name: null }, ['thing: needs "name" [E_MISSING_PARAM]']],
  [
    'a misspelt parameter',
    { name: 'x', stat: 'y' },
    ['thing: unknown parameter "stat" [E_UNKNOWN_PARAM]\n  hint: did you mean "state"?'],
  ],
  [
    'an unknown parameter',
    { name: 'x', zzzzz: 'y' },
    [
      'thing: unknown parameter "zzzzz" [E_UNKNOWN_PARAM]\n  hint: known: env, file, force, groups, headers, keys, mode, name, owner, password, path, peers, ports, ratio, size, state, title, upgrade, value',
    ],
  ],
  [
    'a parameter and its alias',
    { name: 'x', label: 'y' },
    ['thing: "name" and "label" are the same parameter [E_PARAM_RULE]'],
  ],
  [
    'a wrong choice',
    { name: 'x', state: 'presnt' },
    [
      'thing: "state" needs one of present, absent, not "presnt" [E_PARAM_TYPE]\n  hint: did you mean "present"?',
    ],
  ],
  [
    'no number',
    { name: 'x', size: 'big' },
    ['thing: "size" needs a whole number, not "big" [E_PARAM_TYPE]'],
  ],
  [
    'no boolean',
    { name: 'x', force: 'perhaps' },
    ['thing: "force" needs yes or no, not "perhaps" [E_PARAM_TYPE]'],
  ],
  [
    'no mode',
    { name: 'x', mode: '999' },
    ['thing: "mode" needs a mode such as "0644" or "u=rw,g=r", not "999" [E_PARAM_TYPE]'],
  ],
  [
    'a relative path',
    { name: 'x', path: 'etc' },
    ['thing: "path" needs an absolute path, not "etc" [E_PARAM_TYPE]'],
  ],
  [
    'a dictionary for text',
    { name: { a: 1 } },
    ['thing: "name" needs a text, not a dictionary [E_PARAM_TYPE]'],
  ],
  [
    'a wrong element',
    { name: 'x', ports: [80, 'http'] },
    ['thing: "ports[1]" needs a whole number, not "http" [E_PARAM_TYPE]'],
  ],
  [
    'a wrong field',
    { name: 'x', keys: [{ nam: 1, bits: 'x' }] },
    [
      'thing: "keys[0].bits" needs a whole number, not "x" [E_PARAM_TYPE]',
      'thing: needs "keys[0].name" [E_MISSING_PARAM]',
      'thing: unknown parameter "keys[0].nam" [E_UNKNOWN_PARAM]\n  hint: did you mean "name"?',
    ],
  ],
  ...(['a\nb', 'a\rb', 'a\0b', '\na', 'a\n b\n'] as const).map(
    (title): [string, Record<string, unknown>, readonly string[]] => [
      `several lines in one: ${JSON.stringify(title)}`,
      { name: 'x', title },
      [
        `thing: "title" needs one line of text, not ${JSON.stringify(title.trimEnd())} [E_PARAM_TYPE]`,
      ],
    ],
  ),
  ...(['-x', '..', 'a:b', 'a/b', 'a,b', ''] as const).map(
    (owner): [string, Record<string, unknown>, readonly string[]] => [
      `no account: ${owner}`,
      { name: 'x', owner },
      [
        `thing: "owner" needs the name or number of an account or group, not "${owner}" [E_PARAM_TYPE]`,
      ],
    ],
  ),
  [
    'an option in place of a host, and NUL in a path',
    { name: 'x', peers: ['a', '-b'], file: 'a\0' },
    [
      'thing: "file" needs a path, not "a\\u0000" [E_PARAM_TYPE]',
      'thing: "peers[1]" needs the name or address of a host, not "-b" [E_PARAM_TYPE]',
    ],
  ],
  [
    'a key and a value of a dictionary',
    { name: 'x', headers: { 'a b': 'x', c: 'x\ny', d: ['x', 'y\n'] } },
    [
      'thing: "headers" needs words, not "a b" [E_PARAM_TYPE]',
      'thing: "headers.c" needs one line of text, not "x\\ny" [E_PARAM_TYPE]',
      'thing: "headers.d[1]" needs one line of text, not "y\\n" [E_PARAM_TYPE]',
    ],
  ],
  [
    'a secret of a wrong type, unseen',
    { name: 'x', password: ['hunter2'] },
    ['thing: "password" needs a text, not what was given [E_PARAM_TYPE]'],
  ],
])('refuses %s', (_, raw, messages) => {
  expect(mistakes(raw).toSorted()).toEqual(messages)
})

test('refuses what breaks a rule over several parameters', () => {
  expect(() => read({ size: 1, ratio: 2 })).toThrow('thing: "size" and "ratio" exclude each other')
})

const UNKNOWN = Symbol('known to a run only')

const checked = (raw: Readonly<Record<string, unknown>>): readonly unknown[] =>
  checkArguments(thing, raw, value => value === UNKNOWN).map(({ error, param }) => [
    param,
    error.message,
  ])

test.each<[string, Record<string, unknown>, readonly unknown[]]>([
  [
    'nothing of what is unknown',
    {
      name: UNKNOWN,
      state: UNKNOWN,
      groups: UNKNOWN,
      ports: [80, UNKNOWN],
      keys: [{ name: UNKNOWN }],
      env: { a: UNKNOWN },
      force: UNKNOWN,
      password: UNKNOWN,
    },
    [],
  ],
  [
    'what is known beside it',
    { name: UNKNOWN, size: 'x', ports: [UNKNOWN, 'y'] },
    [
      ['ports', 'thing: "ports[1]" needs a whole number, not "y"'],
      ['size', 'thing: "size" needs a whole number, not "x"'],
    ],
  ],
  [
    'the argument by the name that was written',
    { label: ['a'] },
    [['label', 'thing: "name" needs a text, not a list']],
  ],
  [
    'an unknown parameter with an unknown value',
    { name: 'x', stat: UNKNOWN },
    [['stat', 'thing: unknown parameter "stat"']],
  ],
  [
    'a rule, when everything is known',
    { name: 'x', size: 1, ratio: 1 },
    [[undefined, 'thing: "size" and "ratio" exclude each other']],
  ],
  ['no rule, when something is not', { name: UNKNOWN, size: 1, ratio: 1 }, []],
])('the static check tells %s', (_, raw, found) => {
  expect(checked(raw).toSorted()).toEqual(found)
})
