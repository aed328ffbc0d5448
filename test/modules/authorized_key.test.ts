import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { editKeys, readKey } from '../../src/modules/authorized_key/keys.ts'
import { Here } from './here.ts'

const here = new Here()
afterAll(() => here.close())

const keyOf = (name: string): string => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', here.at(name)])
  return readFileSync(here.at(`${name}.pub`), 'utf8').trim()
}
const [own, other] = [keyOf('own'), keyOf('other')]

/** The keys of a file by OpenSSH's own reading. */
const fingerprints = (text: string): readonly string[] => {
  writeFileSync(here.at('file'), text)
  const told = execFileSync('ssh-keygen', ['-l', '-f', here.at('file')], { encoding: 'utf8' })
  return told.match(/SHA256:\S+/g) ?? []
}
const [OWN = '', OTHER = ''] = [fingerprints(own)[0], fingerprints(other)[0]]

test.each([
  ['no options', `${own} a b`],
  ['an option', `restrict ${own}`],
  ['blanks in quotes', `command="a b",no-pty ${own} c`],
  ['a key in quotes', `command="x ${other} y",no-pty ${own} c`],
  ['a quote in quotes', String.raw`command="a \" ${other} \" b" ${own}`],
  ['backslashes before a quote', String.raw`command="a\\" ${other} " ${own}`],
  ['a key in the comment', `${own} ${other}`],
])('reads the key that OpenSSH reads: %s', (_, line) => {
  expect(fingerprints(line)).toEqual([OWN])
  expect(fingerprints(readKey(line)?.key ?? '')).toEqual([OWN])
})

test('a key in the options of another is neither found nor put in its place', () => {
  const text = `command="x ${other} y" ${own}\n`
  const [key] = [readKey(other)].filter(found => found !== undefined)
  const keys = key === undefined ? [] : [{ ...key, options: 'restrict' }]
  const after = editKeys(text, { keys, state: 'present', exclusive: false })
  expect(fingerprints(after)).toEqual([OWN, OTHER])
  expect(editKeys(after, { keys, state: 'absent', exclusive: false })).toBe(text)
})
