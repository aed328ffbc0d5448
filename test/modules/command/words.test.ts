import { execFileSync } from 'node:child_process'
import { UserError } from '../../../src/core/error.ts'
import { splitWords } from '../../../src/modules/command/words.ts'

test.each([
  'a b  c',
  "a 'b c' d",
  'a "b c" d',
  'a\\ b c',
  `a"b"'c'd`,
  `"a \\"b\\" \\\\ c"`,
  `'a\\b'`,
  '"" a',
  "it\\'s",
])('%s is split as a shell does', line => {
  const told = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
  expect(splitWords(line)).toEqual(told.split('\0').slice(0, -1))
})

test('nothing is expanded', () => {
  expect(splitWords('a $HOME * | b; ~ {{c}}\n')).toEqual([
    'a',
    '$HOME',
    '*',
    '|',
    'b;',
    '~',
    '{{c}}',
  ])
})

test.each(["a 'b", 'a "b', 'a\\'])('%s is not closed', line => {
  expect(() => splitWords(line)).toThrow(UserError)
})
