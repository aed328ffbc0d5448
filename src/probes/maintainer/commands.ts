import { HOLE, type Deed, type Setting, type Truth, type UnitVerb } from './happening.ts'
import { compareVersions } from './version.ts'

/** What a command's meaning needs of the walk through a script. */
export interface Walker {
  readonly setting: Setting
  /** The version that was configured before; empty for a first installation. */
  readonly before: string
  note(deed: Deed): void
  call(name: string, words: readonly string[]): Truth
}

/** A command by its words; true when it succeeds. */
export type Meaning = (words: readonly string[], walk: Walker) => Truth

const PATH = /\/[\w.+@:\uFFFC-][\w.+@:/\uFFFC-]*/g

/** A program of which nothing is known may make what it is told of. */
export const mentionAll: Meaning = (words, walk) => {
  for (const word of words)
    for (const [at] of word.matchAll(PATH)) walk.note({ what: 'mentioned', at: trimmed(at) })
  return undefined
}

const reads: Meaning = () => undefined
const succeeds: Meaning = () => true

/** Programs that change nothing, and of whose success nothing is known. */
const READERS =
  'grep egrep fgrep cat head tail cut tr sort uniq wc awk gawk mawk id stat readlink realpath basename dirname cmp diff md5sum sha1sum sha256sum ls dpkg-query dpkg-architecture dpkg-vendor pgrep pidof ps hash expr date uname hostname wait umask cd kill lsb_release locale ischroot ss netstat findmnt mountpoint systemd-detect-virt udevadm systemd-notify db_get db_set db_input db_go db_fset db_metaget db_subst db_register db_version db_capb db_title db_purge db_unregister db_reset py3versions logger'.split(
    ' ',
  )

const SUCCEED = 'true : echo printf trap ulimit sleep sync db_stop . source'.split(' ')

/** Words without options; those that `valued` names take the word after them. */
export const operands = (words: readonly string[], valued: readonly string[] = []): string[] => {
  const found: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word === '--') return [...found, ...words.slice(i + 1)]
    if (valued.includes(word)) i++
    else if (!word.startsWith('-') || word === '-') found.push(word)
  }
  return found
}

const trimmed = (at: string): string => at.replace(/(?<=.)\/+$/, '').replaceAll(/\/{2,}/g, '/')
const isPath = (word: string): boolean => word.startsWith('/')
const paths = (words: readonly string[]): string[] => words.filter(isPath).map(trimmed)
const hasFlag = (words: readonly string[], letter: string): boolean =>
  words.some(word => new RegExp(`^-[a-zA-Z]*${letter}`).test(word))

const noteEach =
  (what: 'gone' | 'file' | 'directory', valued: readonly string[] = []): Meaning =>
  (words, walk) => {
    for (const at of paths(operands(words, valued))) walk.note({ what, at })
    return true
  }

const makeDirectories: Meaning = (words, walk) => {
  for (const at of paths(operands(words, ['-m', '--mode']))) {
    walk.note({ what: 'directory', at })
    if (hasFlag(words, 'm')) walk.note({ what: 'altered', at, below: false, content: false })
  }
  return true
}

const alters: Meaning = (words, walk) => {
  for (const at of paths(operands(words)))
    walk.note({ what: 'altered', at, below: hasFlag(words, 'R'), content: false })
  return true
}

/** Where a copy of several files goes: below the last operand where that is a directory. */
const targets = (from: readonly string[], to: string, setting: Setting): string[] => {
  const into = from.map(name => `${trimmed(to)}/${name.slice(name.lastIndexOf('/') + 1)}`)
  if (from.length > 1 || to.endsWith('/')) return into
  const found = setting.at(trimmed(to))
  if (found === 'd') return into
  return found === '' || found === 'f' ? [trimmed(to)] : [trimmed(to), ...into]
}

const copies =
  (removes: boolean): Meaning =>
  (words, walk) => {
    const given = operands(words, ['-t', '-S'])
    const to = given.at(-1) ?? ''
    const from = given.slice(0, -1)
    if (removes) for (const at of paths(from)) walk.note({ what: 'gone', at })
    if (!isPath(to)) return mentionAll(words, walk)
    // What a copied directory holds comes along.
    const what = removes || hasFlag(words, '[raR]') ? 'mentioned' : 'file'
    for (const at of targets(from, to, walk.setting)) walk.note({ what, at })
    return true
  }

const link: Meaning = (words, walk) => {
  const [to = '', at = '', ...rest] = operands(words)
  if (rest.length > 0 || !isPath(at)) return mentionAll(words, walk)
  if (!hasFlag(words, 's')) {
    walk.note({ what: 'mentioned', at: trimmed(at) })
    return true
  }
  const [place = at, ...others] = targets([to], at, walk.setting)
  const forced = hasFlag(words, 'f')
  if (others.length === 0) walk.note({ what: 'link', at: place, to, forced })
  else for (const maybe of [place, ...others]) walk.note({ what: 'mentioned', at: maybe })
  return true
}

const install: Meaning = (words, walk) => {
  const valued = ['-o', '-g', '-m', '-t', '--owner', '--group', '--mode']
  const given = operands(words, valued)
  if (hasFlag(words, 'd') || words.includes('--directory')) {
    for (const at of paths(given)) {
      walk.note({ what: 'directory', at })
      walk.note({ what: 'altered', at, below: false, content: false })
    }
    return true
  }
  for (const at of targets(given.slice(0, -1), given.at(-1) ?? '', walk.setting))
    if (isPath(at)) walk.note({ what: 'mentioned', at })
  return true
}

const move = copies(true)

const sed: Meaning = (words, walk) => {
  if (words.some(word => /^-[a-zA-Z]*i/.test(word) || word.startsWith('--in-place')))
    for (const at of paths(operands(words, ['-e'])))
      walk.note({ what: 'altered', at, below: false, content: true })
  return undefined
}

const find: Meaning = (words, walk) => {
  const acts = words.some(word => /^-(delete|exec|execdir|ok|fprint)/.test(word))
  if (acts)
    for (const at of paths(words)) walk.note({ what: 'altered', at, below: true, content: true })
  return undefined
}

/** A program that another starts. */
const starts =
  (valued: readonly string[]): Meaning =>
  (words, walk) => {
    const rest = [...words]
    while (rest[0] !== undefined && (rest[0].startsWith('-') || /^\w+=/.test(rest[0])))
      if (valued.includes(rest.shift() ?? '')) rest.shift()
    const [name, ...others] = rest
    return name === undefined ? true : walk.call(name, others)
  }

const which: Meaning = (words, { setting }) => {
  const [name = ''] = operands(words)
  return name.includes(HOLE) ? undefined : setting.program(name)
}

const command: Meaning = (words, walk) =>
  words[0] === '-v' || words[0] === '-V' ? which(words.slice(1), walk) : starts([])(words, walk)

const getent: Meaning = ([database, key = ''], { setting }) => {
  if (key === '' || key.includes(HOLE)) return undefined
  if (database === 'passwd') return setting.account(key)
  return database === 'group' ? setting.group(key) : undefined
}

const who: Meaning = (words, { setting }) => {
  const [name = ''] = operands(words)
  return name === '' || name.includes(HOLE) ? undefined : setting.account(name)
}

const dpkg: Meaning = words => {
  const at = words.indexOf('--compare-versions')
  const [left = '', operator = '', right = ''] = at < 0 ? [] : words.slice(at + 1)
  if (at < 0 || left.includes(HOLE) || right.includes(HOLE)) return undefined
  return compareVersions(left, operator, right)
}

const statoverride: Meaning = (words, walk) => {
  const [path = ''] = paths(words)
  if (words.includes('--list'))
    return path.includes(HOLE) ? undefined : walk.setting.overridden(path)
  if (path !== '') walk.note({ what: 'altered', at: path, below: false, content: false })
  return true
}

/** Without `--rename` it only tells dpkg where it is to put other packages' files from then on. */
const divert: Meaning = (words, walk) => {
  if (words.includes('--list') || words.includes('--truename') || words.includes('--listpackage'))
    return undefined
  if (!words.includes('--rename')) return true
  const [file = ''] = paths(operands(words, ['--divert', '--package']))
  const aside = words[words.indexOf('--divert') + 1] ?? ''
  const other = words.includes('--divert') && isPath(aside) ? trimmed(aside) : `${file}.distrib`
  const [from, to] = words.includes('--remove') ? [other, file] : [file, other]
  walk.note({ what: 'gone', at: from })
  walk.note({ what: 'mentioned', at: to })
  return undefined
}

/** Acts on what an older version of the package left, and does nothing without one. */
const helper: Meaning = (words, walk) => {
  if (words[0] === 'supports' || walk.before === '') return true
  for (const at of paths(words)) walk.note({ what: 'gone', at })
  return mentionAll(words, walk)
}

const trigger: Meaning = (words, walk) => {
  const [name] = operands(words, ['--by-package'])
  if (name !== undefined) walk.note({ what: 'trigger', name })
  return true
}

const ucf: Meaning = (words, walk) => {
  const to = operands(words, ['--debconf-template', '--src-dir', '--state-dir']).at(-1) ?? ''
  if (isPath(to)) walk.note({ what: 'file', at: trimmed(to) })
  return true
}

const alternatives: Meaning = (words, walk) => {
  if (!words.includes('--install'))
    return words.includes('--remove') || words.includes('--set') || words.includes('--auto')
      ? mentionAll(words, walk)
      : undefined
  const at = words.indexOf('--install')
  const groups = [words.slice(at + 1, at + 4)]
  words.forEach((word, i) => {
    if (word === '--slave') groups.push(words.slice(i + 1, i + 4))
  })
  for (const [place = '', name = '', to = ''] of groups) {
    if (!isPath(place)) continue
    walk.note({ what: 'link', at: place, to: `/etc/alternatives/${name}`, forced: false })
    const at = `/etc/alternatives/${name}`
    walk.note({ what: 'link', at, to, forced: false })
    // One that is there is led elsewhere where this one has a higher priority.
    walk.note({ what: 'altered', at, below: false, content: true })
  }
  return true
}

const unitNamed = (word: string): string =>
  /\.(service|socket|target|timer|mount|path|slice)$/.test(word) ? word : `${word}.service`

const noteUnits = (words: readonly string[], verb: UnitVerb, walk: Walker): Truth => {
  for (const word of words)
    if (word.includes(HOLE)) walk.note({ what: 'unit', unit: HOLE, verb })
    else walk.note({ what: 'unit', unit: unitNamed(word), verb })
  return true
}

const VERBS: Readonly<Record<string, UnitVerb>> = {
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  'force-reload': 'if running',
  'try-restart': 'if running',
  'reload-or-restart': 'restart',
  'try-reload-or-restart': 'if running',
  condrestart: 'if running',
  reload: 'if running',
  upgrade: 'if running',
  enable: 'enable',
  reenable: 'enable',
  preset: 'enable',
  disable: 'disable',
  mask: 'mask',
}

const systemctl: Meaning = (words, walk) => {
  const [verb = '', ...units] = operands(words, ['--root', '--job-mode'])
  if (verb === 'daemon-reload' || verb === 'daemon-reexec') {
    walk.note({ what: 'units read' })
    return true
  }
  const known = VERBS[verb]
  if (known === undefined) return undefined
  if (words.includes('--now') && known === 'enable') noteUnits(units, 'start', walk)
  return noteUnits(units, known, walk)
}

/** Units are enabled when a package is first installed, and then as the administrator left them. */
const systemdHelper: Meaning = (words, walk) => {
  const [verb = '', ...units] = operands(words)
  switch (verb) {
    case 'enable':
    case 'disable':
    case 'mask':
      return noteUnits(units, verb, walk)
    case 'was-enabled':
      return walk.before === '' ? true : undefined
    case 'debian-installed':
      return walk.before === '' ? false : undefined
    default:
      return true
  }
}

const systemdInvoke: Meaning = (words, walk) => {
  const [verb = '', ...units] = operands(words)
  const known = VERBS[verb]
  if (known !== undefined) noteUnits(units, known, walk)
  else for (const word of units) noteUnits([word], 'restart', walk)
  return true
}

const invokeRc: Meaning = (words, walk) => {
  const [name = '', verb = ''] = operands(words)
  if (verb === 'status') return undefined
  // Without a unit of its own a script of /etc/init.d gets one.
  const known = VERBS[verb]
  if (known !== undefined) noteUnits([name], known, walk)
  return true
}

const initLinks: Meaning = (words, walk) => {
  const [name = HOLE] = operands(words)
  walk.note({ what: 'mentioned', at: `/etc/rc${HOLE}.d/${HOLE}${name}` })
  return true
}

const sysusers: Meaning = (words, walk) => {
  walk.note({ what: 'sysusers', files: operands(words) })
  return true
}

const KNOWN: Readonly<Record<string, Meaning>> = {
  false: () => false,
  rm: noteEach('gone'),
  rmdir: noteEach('gone'),
  unlink: noteEach('gone'),
  mkdir: makeDirectories,
  touch: noteEach('file', ['-d', '-r', '-t']),
  tee: noteEach('file'),
  chown: alters,
  chmod: alters,
  chgrp: alters,
  setfacl: alters,
  chattr: alters,
  restorecon: alters,
  cp: copies(false),
  mv: move,
  ln: link,
  install,
  sed,
  find,
  env: starts(['-u', '--unset']),
  exec: starts([]),
  nice: starts(['-n']),
  ionice: starts(['-c', '-n']),
  timeout: (words, walk) =>
    starts([])(
      words.filter(word => !/^[\d.]+[smhd]?$/.test(word)),
      walk,
    ),
  nohup: starts([]),
  setsid: starts([]),
  command,
  which,
  type: which,
  getent,
  id: who,
  dpkg,
  'dpkg-statoverride': statoverride,
  'dpkg-divert': divert,
  'dpkg-maintscript-helper': helper,
  'dpkg-trigger': trigger,
  ucf,
  ucfr: succeeds,
  'update-alternatives': alternatives,
  'update-rc.d': initLinks,
  'systemd-sysusers': sysusers,
  'systemd-tmpfiles': succeeds,
  systemctl,
  'deb-systemd-helper': systemdHelper,
  'deb-systemd-invoke': systemdInvoke,
  'invoke-rc.d': invokeRc,
  service: invokeRc,
}

/** The commands whose meaning is known, by the name of their program. */
export const COMMANDS: Readonly<Record<string, Meaning | undefined>> = {
  ...Object.fromEntries(READERS.map(name => [name, reads])),
  ...Object.fromEntries(SUCCEED.map(name => [name, succeeds])),
  ...KNOWN,
}
