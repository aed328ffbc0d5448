import { UserError } from '../../../src/core/error.ts'
import { evaluate, keywords, layer, plain, raw, world } from '../world.ts'

const messageOf = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    if (error instanceof UserError) return `${error.message} | ${error.hint ?? ''}`
    throw error
  }
  return 'no error'
}

describe('addresses', () => {
  test.each([
    { expression: "'192.168.1.5/24' | ipaddr", value: '192.168.1.5/24' },
    { expression: "'no address' | ipaddr", value: false },
    { expression: "'192.168.1.5/24' | ipaddr('address')", value: '192.168.1.5' },
    { expression: "'192.168.1.5/24' | ipaddr('network')", value: '192.168.1.0' },
    { expression: "'192.168.1.5/24' | ipaddr('netmask')", value: '255.255.255.0' },
    { expression: "'192.168.1.5/24' | ipaddr('hostmask')", value: '0.0.0.255' },
    { expression: "'192.168.1.5/24' | ipaddr('prefix')", value: 24 },
    { expression: "'192.168.1.5/24' | ipaddr('broadcast')", value: '192.168.1.255' },
    { expression: "'192.168.1.5/24' | ipaddr('subnet')", value: '192.168.1.0/24' },
    { expression: "'192.168.1.0/24' | ipaddr('net')", value: '192.168.1.0/24' },
    { expression: "'192.168.1.5/24' | ipaddr('net')", value: false },
    { expression: "'192.168.1.5/24' | ipaddr('size')", value: 256 },
    { expression: "'192.168.1.0/24' | ipaddr(10)", value: '192.168.1.10/24' },
    { expression: "'192.168.1.0/24' | ipaddr('-1')", value: '192.168.1.255/24' },
    { expression: "'192.168.1.0/24' | ipaddr('range_usable')", value: '192.168.1.1-192.168.1.254' },
    { expression: "'10.0.0.1/255.255.0.0' | ipaddr('prefix')", value: 16 },
    { expression: "'192.168.1.5' | ipaddr('192.168.0.0/16')", value: '192.168.1.5' },
    { expression: "'10.0.0.5' | ipaddr('192.168.0.0/16')", value: false },
    { expression: "['10.0.0.1', 'x', '::1'] | ipaddr", value: ['10.0.0.1', '::1'] },
    { expression: "['10.0.0.1', '::1'] | ipv4", value: ['10.0.0.1'] },
    { expression: "['10.0.0.1', '::1'] | ansible.utils.ipv6", value: ['::1'] },
    { expression: "'10.0.0.1' | ipaddr('private')", value: '10.0.0.1' },
    { expression: "'8.8.8.8' | ipaddr('public')", value: '8.8.8.8' },
    { expression: "'10.0.0.1' | ipaddr('public')", value: false },
    { expression: "'2001:db8:0:0:1:0:0:1/64' | ipaddr('network')", value: '2001:db8::' },
    { expression: "'fe80::1%eth0' | ipaddr('address')", value: 'fe80::1' },
    { expression: "'::ffff:1.2.3.4' | ipaddr", value: '::ffff:102:304' },
    { expression: "'::1' | ipwrap", value: '[::1]' },
    { expression: "'example.com' | ipwrap", value: 'example.com' },
    { expression: "'192.0.2.1' | ipaddr('revdns')", value: '1.2.0.192.in-addr.arpa.' },
  ])('$expression', ({ expression, value }) => {
    expect(evaluate(expression)).toEqual(value)
  })
})

test.each(['from_yaml', 'from_json'])('what %s reads is never a template', filter => {
  const vars = 'text: !unsafe \'{"a": "{{ 1 }}"}\''
  expect(plain(evaluate(`text | ${filter}`, vars))).toEqual({ a: '{{ 1 }}' })
})

describe('mistakes say what is known', () => {
  test.each([
    {
      expression: "'x' | password_hash('bcrypt', 'a')",
      message: 'password_hash knows no "bcrypt" | known are sha512 and sha256',
    },
    {
      expression: "'x' | comment('java')",
      message: 'comment knows no style "java" | known are plain, erlang, c, cblock, xml',
    },
    { expression: "'10.0.0.1' | ipaddr('foo')", message: 'ipaddr knows no query "foo"' },
    {
      expression: "{'a': 1} | combine({}, list_merge='both')",
      message: 'combine knows no list_merge "both"',
    },
    { expression: "'x' | hash('crc99')", message: 'the hash "crc99" is not known' },
    { expression: "'{' | from_json", message: 'the text is not JSON' },
    { expression: "'a: b: c' | from_yaml", message: 'this is not valid YAML' },
    { expression: "[1] | map('extract', {2: 3}) | list", message: "has no '1' to extract" },
    { expression: "[{'key': 'a'}] | items2dict", message: "an item has no 'value'" },
    { expression: "'big' | human_to_bytes", message: '"big" is not a size' },
    {
      expression: "'2021-13-01' | to_datetime('%Y-%m-%d')",
      message: 'there is no time "2021-13-01"',
    },
    { expression: "'yesterday' | to_datetime", message: 'does not fit the format' },
    { expression: "nope | mandatory('say nope')", message: 'say nope' },
    { expression: 'nope | mandatory', message: "'nope' is undefined" },
    { expression: "'1.x' is version('1.2', '<')", message: 'cannot be compared' },
    { expression: "'1' is version('2', 'about')", message: 'version knows no operator "about"' },
    { expression: "'x' is failed", message: "a registered result is needed, not a 'str'" },
  ])('$expression', ({ expression, message }) => {
    expect(messageOf(() => evaluate(expression))).toContain(message)
  })
})

describe("Python's regular expressions", () => {
  test.each([
    { case: 'a named group', pattern: '(?P<a>b)(?P=a)', text: 'bb', found: 'bb' },
    { case: 'the start', pattern: '\\Ab', text: 'ab', found: null },
    { case: 'the end, before no newline', pattern: 'b\\Z', text: 'b\n', found: null },
    { case: '$ before a last newline', pattern: 'b$', text: 'b\n', found: 'b' },
    { case: '$ before no other newline', pattern: 'b$', text: 'b\n\n', found: null },
    { case: 'flags at the start', pattern: '(?i)B', text: 'b', found: 'b' },
    { case: 'the flag s', pattern: '(?s)a.b', text: 'a\nb', found: 'a\nb' },
    { case: 'a bracket first in a class', pattern: '[]x]+', text: 'a]x', found: ']x' },
    { case: 'a bracket first in a negated class', pattern: '[^]]+', text: ']a', found: 'a' },
    { case: 'brackets in a class', pattern: '[[(]+', text: 'a[(', found: '[(' },
    { case: 'a brace that is no quantifier', pattern: '{a}', text: '{a}', found: '{a}' },
    { case: 'a quantifier without a lower bound', pattern: '^a{,2}$', text: 'aa', found: 'aa' },
    {
      case: 'an escaped letter that means itself',
      pattern: 'a\\-b\\_c\\/d',
      text: 'a-b_c/d',
      found: 'a-b_c/d',
    },
    { case: 'a comment', pattern: 'a(?#x)b', text: 'ab', found: 'ab' },
    { case: 'text beyond the first plane', pattern: '^.$', text: '😀', found: '😀' },
  ])('$case', ({ pattern, text, found }) => {
    const vars = JSON.stringify({ pattern, text })
    expect(evaluate('text | regex_search(pattern)', vars)).toBe(found)
  })

  test.each([
    { pattern: '(?x)a b', message: 'uses the flag x' },
    { pattern: 'a(?i)b', message: 'uses flags behind the start' },
    { pattern: '(a)?(?(1)b|c)', message: 'uses a conditional group' },
    { pattern: '(a', message: 'is not a regular expression' },
  ])('$pattern is refused', ({ pattern, message }) => {
    const vars = JSON.stringify({ pattern })
    expect(messageOf(() => evaluate("'x' | regex_search(pattern)", vars))).toContain(message)
  })
})

describe('what is not the same each time is told', () => {
  class Refused extends Error {}
  const refusing = (expression: string) => () =>
    world()
      .scope({
        onImpureLookup: name => {
          throw new Refused(name)
        },
      })
      .value(raw(JSON.stringify(`{{ ${expression} }}`)))

  test.each([
    { expression: '[1, 2] | random', name: 'random' },
    { expression: '[1, 2] | shuffle', name: 'shuffle' },
    { expression: "'x' | password_hash('sha512')", name: 'password_hash' },
    { expression: "'%Y' | strftime", name: 'strftime' },
    { expression: 'now()', name: 'now' },
    { expression: "'/etc/*' | fileglob", name: 'fileglob' },
    { expression: "'/etc' is directory", name: 'file' },
  ])('$expression', ({ expression, name }) => {
    expect(refusing(expression)).toThrow(new Refused(name))
  })

  test.each([
    { expression: "[1, 2] | random(seed='a')" },
    { expression: "'x' | password_hash('sha512', 'salt')" },
    { expression: "'%Y' | strftime(0)" },
  ])('$expression is always the same', ({ expression }) => {
    expect(refusing(expression)).not.toThrow()
  })

  test('the time is the start of the run', () => {
    expect(evaluate("now(utc=true, fmt='%Y-%m-%d %H:%M:%S')")).toBe('2026-01-02 03:04:05')
    expect(evaluate('now(utc=true) ~ ""')).toBe('2026-01-02 03:04:05')
    expect(evaluate('now(utc=true)')).toBe('2026-01-02 03:04:05')
  })

  test('a hash without a salt has one of its own', () => {
    const [one, two] = [1, 2].map(() => evaluate("'x' | password_hash"))
    expect(one).toMatch(/^\$6\$[\w./]{16}\$[\w./]{86}$/)
    expect(one).not.toBe(two)
  })
})

test('filters and tests are known with the name of their collection', () => {
  expect(evaluate("'yes' | ansible.builtin.bool")).toBe(true)
  expect(evaluate("'abc' is ansible.builtin.match('a')")).toBe(true)
})

test('backslashes in playbooks are kept, as the regular expressions in them need', () => {
  const scope = world().scope({ keywords: keywords([layer('v: ab')]) })
  expect(scope.value(raw(`"{{ v | regex_replace('(a)(b)', '\\\\2\\\\1') }}"`))).toBe('ba')
  expect(scope.value(raw(`'{{ v | regex_replace("(a)(b)", "\\2\\1") }}'`))).toBe('ba')
  expect(scope.value(raw(`'{{ "it\\"s" }}'`))).toBe('it"s')
})
