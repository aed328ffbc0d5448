import { UserError } from '../../core/error.ts'
import { pythonRegex, searchFrom } from '../../core/regex.ts'
import { checksumOf } from '../../probes/checksum.ts'
import type { TreeInfo } from '../../probes/tree.ts'
import { lazily } from '../result.ts'

/** What `find` is asked for, but for where. */
export interface FindWant {
  readonly patterns: readonly string[]
  readonly excludes: readonly string[]
  readonly use_regex: boolean
  readonly contains: string | undefined
  readonly file_type: 'file' | 'directory' | 'link' | 'any'
  readonly hidden: boolean
  readonly age: string | undefined
  readonly age_stamp: 'mtime' | 'atime' | 'ctime'
  readonly size: string | undefined
}

/** Whether an entry is listed, by all but its content. */
export const filterOf = (want: FindWant, now: Date): ((entry: TreeInfo) => boolean) => {
  const includes = matcher(want.patterns, want.use_regex)
  const excludes = matcher(want.excludes, want.use_regex)
  const age = want.age === undefined ? undefined : limitOf(want.age, SECONDS, 'age')
  const size = want.size === undefined ? undefined : limitOf(want.size, BYTES, 'size')
  return entry => {
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1)
    if (want.file_type !== 'any' && entry.kind !== want.file_type) return false
    if (!want.hidden && entry.path.split('/').some(part => part.startsWith('.'))) return false
    if (want.patterns.length > 0 && !includes(name)) return false
    if (excludes(name)) return false
    if (age !== undefined && !age(now.getTime() / 1000 - entry[want.age_stamp])) return false
    return size === undefined || entry.kind !== 'file' || size(entry.size)
  }
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
const BYTES = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** `2d`: at least; `-2d`: at most. */
const limitOf = (
  limit: string,
  units: Readonly<Record<string, number>>,
  param: string,
): ((value: number) => boolean) => {
  const [whole, sign, digits, unit = ''] = /^(-?)(\d+)([a-z]?)$/.exec(limit.toLowerCase()) ?? []
  const factor = unit === '' ? 1 : units[unit]
  if (whole === undefined || factor === undefined)
    throw new UserError('E_LIMIT', `${param}: "${limit}" is not a number with a unit`, {
      hint: `units are ${Object.keys(units).join(', ')}`,
    })
  const bound = Number(digits) * factor
  return sign === '-' ? value => value <= bound : value => value >= bound
}

const matcher = (patterns: readonly string[], asRegex: boolean): ((name: string) => boolean) => {
  const regexes = patterns.map(pattern =>
    pythonRegex(asRegex ? `\\A(?:${pattern})` : `\\A(?:${ofShell(pattern)})\\Z`, { dotAll: true }),
  )
  return name => regexes.some(regex => searchFrom(regex, name) !== null)
}

/** A shell pattern as a regular expression. */
const ofShell = (pattern: string): string =>
  pattern.replaceAll(
    /\[(!?)(\]?[^\]]*)\]|\*|\?|[^\w\s]/g,
    (found, not?: string, members?: string) => {
      if (found === '*') return '.*'
      if (found === '?') return '.'
      if (members === undefined) return `\\${found}`
      return `[${not === '!' ? '^' : ''}${members.replaceAll('\\', '\\\\')}]`
    },
  )

/** Whether a line of a file begins with a match. */
export const holds = (regexp: string, bytes: Buffer | null): boolean => {
  if (bytes === null) return false
  const regex = pythonRegex(`\\A(?:${regexp})`)
  return bytes
    .toString('utf8')
    .split('\n')
    .some(line => searchFrom(regex, line) !== null)
}

/** One of `files`, with Ansible's fields. */
export const reportOf = (entry: TreeInfo, path: string, bytes: Buffer | null) =>
  lazily({
    path: () => path,
    mode: () => entry.mode,
    isdir: () => entry.kind === 'directory',
    isreg: () => entry.kind === 'file',
    islnk: () => entry.kind === 'link',
    uid: () => entry.uid,
    gid: () => entry.gid,
    pw_name: () => entry.owner,
    gr_name: () => entry.group,
    size: () => entry.size,
    mtime: () => entry.mtime,
    atime: () => entry.atime,
    ctime: () => entry.ctime,
    inode: () => entry.inode,
    dev: () => entry.device,
    nlink: () => entry.hardLinks,
    ...(bytes === null ? {} : { checksum: () => checksumOf(bytes, 'sha1') }),
  })
