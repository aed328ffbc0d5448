import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Downloads `url` into `file`; throws `NotFound` when the archive does not have it. */
export type Download = (url: string, file: string) => Promise<void>

/** The archive answered that there is no such file. */
export class NotFound extends Error {}

/** What became of a request: served from the cache, downloaded, or old because of `error`. */
export type Found =
  | { readonly kind: 'hit'; readonly file: string }
  | { readonly kind: 'miss'; readonly file: string }
  | { readonly kind: 'stale'; readonly file: string; readonly error: unknown }

/** How long an index that may change is taken from the cache without asking, in milliseconds. */
const FRESH = 12 * 3600 * 1000

// Packages and what is named by its checksum never change.
const IMMUTABLE = /\.u?deb$|\/by-hash\//

/** Files of package archives, kept in `folder` under the path of their address. */
export const packageStore = (folder: string, download: Download) => {
  const underWay = new Map<string, Promise<Found>>()

  const find = async (url: URL): Promise<Found> => {
    const file = join(folder, url.host, url.pathname)
    const age = await ageOf(file)
    if (age !== undefined && (IMMUTABLE.test(url.pathname) || age < FRESH))
      return { kind: 'hit', file }
    try {
      await fetchInto(file, url)
      return { kind: 'miss', file }
    } catch (error) {
      if (age === undefined || error instanceof NotFound) throw error
      return { kind: 'stale', file, error }
    }
  }

  const fetchInto = async (file: string, url: URL): Promise<void> => {
    await mkdir(dirname(file), { recursive: true })
    // Other labs' caches write to the same folder: each to a name of its own, then a rename.
    const part = join(dirname(file), `.${randomUUID()}.part`)
    try {
      await download(url.href, part)
      await rename(part, file)
    } finally {
      await rm(part, { force: true })
    }
  }

  return {
    /** The file for `url`; a second request while it is downloaded waits for the first. */
    get: (url: URL): Promise<Found> => {
      const pending = underWay.get(url.href)
      if (pending) return pending
      const found = find(url).finally(() => underWay.delete(url.href))
      underWay.set(url.href, found)
      return found
    },
  }
}

// The time of the last change of the inode: that of its content is the archive's.
const ageOf = async (file: string): Promise<number | undefined> => {
  try {
    return Date.now() - (await stat(file)).ctimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
