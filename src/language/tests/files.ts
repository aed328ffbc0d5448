import { lstatSync, statSync, type Stats } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { filterWith, printValue, type Filter } from '../../jinja/index.ts'
import { impure } from '../filters/impure.ts'
import { expandHome } from '../home.ts'

const pathOf = (value: unknown): string => expandHome(printValue(value))

const about = (holds: (found: Stats | undefined) => boolean, follow = true): Filter =>
  filterWith('', (value, _args, context) => {
    // A task before may make the file.
    impure(context, 'file')
    const read = follow ? statSync : lstatSync
    return holds(read(pathOf(value), { throwIfNoEntry: false }))
  })

const directory = about(found => found?.isDirectory() === true)
const file = about(found => found?.isFile() === true)
const exists = about(found => found !== undefined)
const linkExists = about(found => found !== undefined, false)
const link = about(found => found?.isSymbolicLink() === true, false)
const absolute = filterWith('', value => isAbsolute(pathOf(value)))

const sameFile = filterWith('other', (value, [other]) => {
  const [a, b] = [value, other].map(path =>
    statSync(resolve(pathOf(path)), { throwIfNoEntry: false }),
  )
  return a !== undefined && a.dev === b?.dev && a.ino === b.ino
})

// A mount point is on another device than its parent, or is the root.
const mount = filterWith('', value => {
  const path = resolve(pathOf(value))
  const found = statSync(path, { throwIfNoEntry: false })
  const above = statSync(resolve(path, '..'), { throwIfNoEntry: false })
  return found !== undefined && (found.dev !== above?.dev || found.ino === above.ino)
})

/** Tests of paths on the controller. */
export const FILE_TESTS: Readonly<Record<string, Filter>> = {
  directory,
  is_dir: directory,
  file,
  is_file: file,
  exists,
  link_exists: linkExists,
  link,
  is_link: link,
  abs: absolute,
  is_abs: absolute,
  same_file: sameFile,
  is_same_file: sameFile,
  mount,
  is_mount: mount,
}
