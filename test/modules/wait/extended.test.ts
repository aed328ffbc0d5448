import { extendedRegex, notExtended } from '../../../src/modules/wait/extended.ts'

test.each(['(?i)up', 'a+?', '\\bup', '(a)\\1'])('%s has no equal in grep', pattern => {
  expect(notExtended(pattern)).toContain(pattern)
})

test.each([
  { pattern: 'up \\d+\\.\\s*$', grep: 'up [0-9]+\\.[[:space:]]*$' },
  { pattern: '^(a|b){2}$', grep: '^(a|b){2}$' },
])('$pattern is $grep', ({ pattern, grep }) => {
  expect(notExtended(pattern)).toBeUndefined()
  expect(extendedRegex(pattern)).toBe(grep)
})
