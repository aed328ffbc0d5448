import { defineModule, type Result } from '../core/module.ts'
import { absolutePath, alias, boolean, oneOf, withDefault } from '../core/schema.ts'
import { ALGORITHMS, checksum } from '../probes/checksum.ts'
import { path, type PathInfo } from '../probes/path.ts'
import { resolve, resolveParents, type Resolved } from '../probes/resolve.ts'
import { access } from '../probes/access.ts'
import { whereabouts } from './destination.ts'
import { lazily, together } from './result.ts'

export const stat = defineModule({
  name: 'stat',
  summary: 'Tells what a path is; changes nothing.',
  params: {
    path: alias(absolutePath('The path to look at.'), 'dest', 'name'),
    follow: withDefault(boolean('Looks at what a link leads to, not at the link.'), false),
    get_checksum: withDefault(boolean('Hashes a regular file.'), true),
    checksum_algorithm: alias(
      withDefault(oneOf(ALGORITHMS, 'The hash function.'), 'sha1'),
      'checksum',
      'checksum_algo',
    ),
    get_mime: withDefault(boolean('Accepted; the MIME type is not looked up.'), false),
    get_attributes: withDefault(boolean('Accepted; file flags are not looked up.'), false),
  },
  touches: [],

  probes(want, known) {
    const resolved = want.follow ? resolve(want.path) : resolveParents(want.path)
    const leads = resolve(want.path)
    const at = whereabouts(want.path, resolved, known)
    return {
      resolved,
      leads,
      info: at === undefined ? undefined : path(at),
      access: at === undefined ? undefined : access(at),
      checksum:
        at === undefined || !want.get_checksum ? undefined : checksum(at, want.checksum_algorithm),
    }
  },

  plan: () => [],

  result(want, before) {
    const { info } = before
    if (info === null) return { stat: { exists: false } }
    const rights = {
      readable: () => before.access?.readable,
      writeable: () => before.access?.writeable,
      executable: () => before.access?.executable,
    }
    const link = info.kind === 'link' ? linkFields(info, before.leads) : {}
    const hashed = want.get_checksum && info.kind === 'file'
    const sums = hashed ? { checksum: () => before.checksum } : {}
    return { stat: together(fieldsOf(before.resolved, info), lazily({ ...rights, ...sums }), link) }
  },
})

const linkFields = (info: PathInfo, leads: Resolved | null): Result => ({
  lnk_target: info.target,
  lnk_source: leads?.physical,
})

const fieldsOf = (resolved: Resolved | null, info: PathInfo): Result =>
  lazily({
    exists: () => true,
    path: () => resolved?.path,
    isreg: () => info.kind === 'file',
    isdir: () => info.kind === 'directory',
    islnk: () => info.kind === 'link',
    isfifo: () => info.special === 'fifo',
    issock: () => info.special === 'socket',
    isblk: () => info.special === 'block',
    ischr: () => info.special === 'character',
    mode: () => info.mode,
    uid: () => info.uid,
    gid: () => info.gid,
    pw_name: () => info.owner,
    gr_name: () => info.group,
    size: () => info.size,
    mtime: () => info.mtime,
    atime: () => info.atime,
    ctime: () => info.ctime,
    inode: () => info.inode,
    dev: () => info.device,
    nlink: () => info.hardLinks,
    ...permissions(info),
  })

const BITS = {
  isuid: 0o4000,
  isgid: 0o2000,
  rusr: 0o400,
  wusr: 0o200,
  xusr: 0o100,
  rgrp: 0o040,
  wgrp: 0o020,
  xgrp: 0o010,
  roth: 0o004,
  woth: 0o002,
  xoth: 0o001,
} as const

const permissions = (info: PathInfo): Readonly<Record<string, () => boolean>> =>
  Object.fromEntries(
    Object.entries(BITS).map(([name, bit]) => [name, () => (parseInt(info.mode, 8) & bit) !== 0]),
  )
