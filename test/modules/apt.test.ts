import { readArguments } from '../../src/core/arguments.ts'
import { apt } from '../../src/modules/apt.ts'

test.each([
  {
    case: 'two words on what packages may start',
    args: { name: ['nginx'], start_services: false, policy_rc_d: 101 },
    message: /policy_rc_d and start_services both say.*give one of them/,
  },
  {
    case: 'a package file that is not on the host',
    args: { deb: 'https://example.org/a.deb' },
    message: /deb takes an absolute path.*get_url/,
  },
])('refuses $case', ({ args, message }) => {
  expect(() => readArguments(apt, args)).toThrow(message)
})

test('takes either of the two words', () => {
  for (const args of [{ start_services: false }, { policy_rc_d: 101 }])
    expect(() => readArguments(apt, { name: ['nginx'], ...args })).not.toThrow()
})
