import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../core/error.ts'
import type { SshOptions } from './ssh-config.ts'

/*
 * Without OpenSSH: `Host` sections of ~/.ssh/config and /etc/ssh/ssh_config, with `*`, `?` and `!`,
 * the first value of a key winning, as in ssh_config(5). `Match` and `Include` are refused.
 */
const DEFAULTS: SshOptions = new Map([
  ['identityfile', ['rsa', 'ecdsa', 'ed25519'].map(kind => join(homedir(), '.ssh', `id_${kind}`))],
  ['userknownhostsfile', ['~/.ssh/known_hosts ~/.ssh/known_hosts2']],
  ['globalknownhostsfile', ['/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2']],
])

/** Options from the files, and from the few arguments of ssh that name one. */
export const readSubset = async (words: readonly string[], host: string): Promise<SshOptions> => {
  const { options, file } = fromArguments(words)
  const files =
    file === undefined ? [join(homedir(), '.ssh/config'), '/etc/ssh/ssh_config'] : [file]
  for (const name of files) addMissing(options, fromFile(await readIfThere(name), host, name))
  addMissing(options, DEFAULTS)
  return options
}

type Options = Map<string, string[]>

const addMissing = (options: Options, more: SshOptions): void => {
  for (const [key, values] of more) if (!options.has(key)) options.set(key, [...values])
}

const LETTERS: Readonly<Record<string, string>> = {
  p: 'port',
  l: 'user',
  i: 'identityfile',
  J: 'proxyjump',
}

const fromArguments = (
  words: readonly string[],
): { options: Options; file: string | undefined } => {
  const options: Options = new Map()
  let file: string | undefined
  for (let i = 0; i < words.length; i++) {
    const [, letter = '', joined = ''] = /^-(\w)(.*)$/s.exec(words[i] ?? '') ?? []
    if ('CAaTtqvx46'.includes(letter) && letter !== '') continue
    const value = joined === '' ? (words[++i] ?? '') : joined
    const [, key = '', set = ''] = /^\s*(\w+)\s*[=\s]\s*(.*)$/s.exec(value) ?? []
    if (letter === 'F') file = value
    else if (letter === 'o' && key !== '') add(options, key.toLowerCase(), set)
    else if (LETTERS[letter] !== undefined) add(options, LETTERS[letter], value)
    else
      throw new UserError('E_SSH_ARGUMENT', `${words[i] ?? ''} is not understood without OpenSSH`, {
        hint: 'install the OpenSSH client on this machine, or use -o KEY=VALUE',
      })
  }
  return { options, file }
}

const add = (options: Options, key: string, value: string): void => {
  const before = options.get(key)
  if (before === undefined) options.set(key, [value])
  else if (key === 'identityfile') before.push(value)
}

const fromFile = (text: string, host: string, file: string): Options => {
  const options: Options = new Map()
  let applies = true
  for (const line of text.split('\n')) {
    const [, word = '', value = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? []
    const key = word.toLowerCase()
    if (key === 'match' || key === 'include')
      throw new UserError('E_SSH_CONFIG', `${file}: ${word} is not understood without OpenSSH`, {
        hint: 'install the OpenSSH client on this machine',
      })
    if (key === 'host') applies = matchesPatterns(value.split(/\s+/), host)
    else if (key !== '' && applies) add(options, key, value.replace(/^"(.*)"$/, '$1'))
  }
  return options
}

/** Whether a name matches a list of OpenSSH's patterns, of which a matching `!pattern` rules it out. */
export const matchesPatterns = (patterns: readonly string[], name: string): boolean => {
  const hits = patterns.filter(pattern => matches(pattern.replace(/^!/, ''), name))
  return hits.length > 0 && !hits.some(pattern => pattern.startsWith('!'))
}

/** Whether `*` and `?` can stand for what the name has there; goes back to the last `*` alone. */
const matches = (pattern: string, name: string): boolean => {
  const [wanted, given] = [pattern.toLowerCase(), name.toLowerCase()]
  let [at, next, star, resume] = [0, 0, -1, 0]
  while (at < given.length) {
    if (wanted[next] === '*') [star, resume, next] = [next, at, next + 1]
    else if (wanted[next] === '?' || wanted[next] === given[at]) [at, next] = [at + 1, next + 1]
    else if (star >= 0) [resume, at, next] = [resume + 1, resume + 1, star + 1]
    else return false
  }
  while (wanted[next] === '*') next++
  return next === wanted.length
}

const readIfThere = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
