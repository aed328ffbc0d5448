import { operands, type Meaning, type Walker } from './commands.ts'
import { HOLE, type NewAccount } from './happening.ts'

/** Options with their values, `--name value` and `--name=value` alike. */
const optionsIn = (words: readonly string[], valued: readonly string[]) => {
  const values = new Map<string, string>()
  const rest: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const [, name = '', value] = /^(--?[a-zA-Z-]+)(?:=(.*))?$/s.exec(word) ?? []
    if (name === '') rest.push(word)
    else if (value !== undefined) values.set(name, value)
    else if (valued.includes(name)) values.set(name, words[++i] ?? '')
    else values.set(name, '')
  }
  return { values, rest: rest.filter(word => word !== '') }
}

const ADDUSER =
  '--home --shell --gecos --comment --uid --gid --ingroup --firstuid --lastuid --firstgid --lastgid --conf --add-extra-groups'.split(
    ' ',
  )

const known = (text: string | undefined): string | undefined =>
  text === undefined || text.includes(HOLE) ? undefined : text

const adduser: Meaning = (words, walk) => {
  const { values, rest } = optionsIn(words, ADDUSER)
  const [name, group] = rest
  if (name === undefined || name.includes(HOLE)) return true
  if (group !== undefined) {
    walk.note({ what: 'member', account: name, group })
    return true
  }
  if (values.has('--group') && !values.has('--system')) return addgroup(words, walk)
  const own = values.has('--group') ? name : undefined
  add(walk, own !== undefined || !values.has('--system'), {
    name,
    group: own ?? known(values.get('--ingroup')) ?? (values.has('--system') ? 'nogroup' : name),
    home: known(values.get('--home')),
    shell: known(values.get('--shell')),
    comment: known(values.get('--gecos') ?? values.get('--comment')),
    makesHome: !values.has('--no-create-home'),
  })
  return true
}

const add = (walk: Walker, withGroup: boolean, account: NewAccount): void => {
  walk.note({ what: 'account', account })
  if (withGroup && account.group === account.name) walk.note({ what: 'group', name: account.name })
}

const addgroup: Meaning = (words, walk) => {
  const { rest } = optionsIn(words, ADDUSER)
  const [name, group] = rest
  if (name === undefined || name.includes(HOLE)) return true
  if (group === undefined) walk.note({ what: 'group', name })
  else walk.note({ what: 'member', account: name, group })
  return true
}

const USERADD =
  '-b --base-dir -c --comment -d --home-dir -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K --key -p --password -R --root -s --shell -u --uid -Z --selinux-user'.split(
    ' ',
  )

const useradd: Meaning = (words, walk) => {
  const { values, rest } = optionsIn(words, USERADD)
  const [name] = rest
  if (name === undefined || name.includes(HOLE)) return true
  const first = (...names: readonly string[]): string | undefined =>
    known(names.map(option => values.get(option)).find(value => value !== undefined))
  const group = first('-g', '--gid')
  add(walk, group === undefined, {
    name,
    group:
      group ?? (values.has('-g') || values.has('--gid') || values.has('-N') ? undefined : name),
    home: first('-d', '--home-dir'),
    shell: first('-s', '--shell'),
    comment: first('-c', '--comment'),
    makesHome: values.has('-m') || values.has('--create-home'),
  })
  for (const other of (first('-G', '--groups') ?? '').split(','))
    if (other !== '') walk.note({ what: 'member', account: name, group: other })
  return true
}

const groupadd: Meaning = (words, walk) => {
  const [name] = operands(words, ['-g', '--gid', '-K', '--key', '-p', '--password'])
  if (name !== undefined && !name.includes(HOLE)) walk.note({ what: 'group', name })
  return true
}

const usermod: Meaning = (words, walk) => {
  const { values, rest } = optionsIn(words, [...USERADD, '-aG', '-l', '--login'])
  const [name] = rest
  if (name === undefined || name.includes(HOLE)) return true
  const groups = values.get('-aG') ?? values.get('-G') ?? values.get('--groups') ?? ''
  for (const group of groups === '' ? [HOLE] : groups.split(','))
    walk.note({ what: 'member', account: name, group })
  return true
}

const gpasswd: Meaning = (words, walk) => {
  const { values, rest } = optionsIn(words, ['-a', '--add', '-d', '--delete'])
  const account =
    values.get('-a') ?? values.get('--add') ?? values.get('-d') ?? values.get('--delete')
  const [group] = rest
  if (account !== undefined && group !== undefined) walk.note({ what: 'member', account, group })
  return true
}

/** The programs that add accounts and groups. */
export const accountCommands: Readonly<Record<string, Meaning | undefined>> = {
  adduser,
  addgroup,
  useradd,
  groupadd,
  usermod,
  gpasswd,
}
