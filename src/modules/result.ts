import type { Result } from '../core/module.ts'
import type { PathInfo } from '../probes/path.ts'

/** Fields that are read only when somebody asks: what a dry run cannot know is uncertain by itself. */
export const lazily = (fields: Readonly<Record<string, () => unknown>>): Result =>
  Object.defineProperties(
    {},
    Object.fromEntries(
      Object.entries(fields).map(([name, get]) => [name, { get, enumerable: true }]),
    ),
  )

/** Several results as one, without reading them. */
export const together = (...results: readonly Result[]): Result =>
  Object.defineProperties(
    {},
    Object.assign(
      {},
      ...results.map(r => Object.getOwnPropertyDescriptors(r)),
    ) as PropertyDescriptorMap,
  )

const STATES = { file: 'file', directory: 'directory', link: 'link', other: 'file' } as const

/** What Ansible's file modules tell of a path. */
export const attributesOf = (info: PathInfo | null): Result =>
  info === null
    ? { state: 'absent' }
    : lazily({
        state: () => (info.kind === 'file' && info.hardLinks > 1 ? 'hard' : STATES[info.kind]),
        mode: () => info.mode,
        owner: () => info.owner,
        group: () => info.group,
        uid: () => info.uid,
        gid: () => info.gid,
        size: () => info.size,
      })
