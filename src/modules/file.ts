import { UserError } from '../core/error.ts'
import { defineModule, type Known } from '../core/module.ts'
import type { Probe } from '../core/probe.ts'
import { absolutePath, alias, boolean, oneOf, optional, withDefault } from '../core/schema.ts'
import { line, path as anyPath } from '../core/shapes.ts'
import { ifKnown } from '../core/uncertain.ts'
import { content, MOST_CONTENT } from '../probes/content.ts'
import { path, type PathInfo } from '../probes/path.ts'
import { resolve, type Resolved } from '../probes/resolve.ts'
import { tree } from '../probes/tree.ts'
import { attributeParams, setAttributes } from './attributes.ts'
import { ANY_FILE, destination, parentOf, whereabouts, filesReach } from './destination.ts'
import { remove } from './file/absent.ts'
import { makeDirectory } from './file/directory.ts'
import { makeHardLink, makeLink } from './file/link.ts'
import { touch } from './file/touch.ts'
import { attributesOf, together } from './result.ts'

const STATES = ['file', 'directory', 'touch', 'absent', 'link', 'hard'] as const

export const file = defineModule({
  name: 'file',
  summary:
    'Ensures that a path is a directory, a link, an empty file or nothing, and its attributes.',
  params: {
    path: alias(absolutePath('The path to manage.'), 'dest', 'name'),
    state: optional(
      oneOf(STATES, 'What is at the path; without it, what is there only gets its attributes.'),
    ),
    src: optional(anyPath('For `link` and `hard`: what it leads to.')),
    force: withDefault(
      boolean('For links: also when the source is missing, and in place of a file.'),
      false,
    ),
    follow: withDefault(boolean('Follows a link at the path, except to remove or make it.'), true),
    recurse: withDefault(boolean('For a directory: attributes apply to all below it.'), false),
    access_time: optional(line('For `touch`: `preserve` or `now`, the default.')),
    modification_time: optional(line('For `touch`: `preserve` or `now`, the default.')),
    ...attributeParams,
  },
  touches: ANY_FILE,

  check(want) {
    if (want.recurse === true && want.state !== undefined && want.state !== 'directory')
      return 'recurse is for state: directory'
    if (want.state === 'hard' && want.src === undefined) return 'state: hard needs src'
    const times = [want.access_time, want.modification_time]
    return times.every(time => time === undefined || time === 'preserve' || time === 'now')
      ? undefined
      : 'access_time and modification_time are preserve or now'
  },

  probes(want, known) {
    const leaf = want.state === 'absent' || want.state === 'link' || want.state === 'hard'
    const there = destination(want.path, known, { follow: want.follow && !leaf, content: false })
    const at = whereabouts(want.path, there.resolved, known)
    const goes = want.state === 'absent' && there.info !== undefined && isSmall(known(there.info))
    return {
      ...there,
      content: goes && at !== undefined ? content(at) : undefined,
      tree: want.recurse && at !== undefined ? tree(at) : undefined,
      ...sourceProbes(want, at, known),
    }
  },

  reach: (want, known) => filesReach(want.path, known),

  plan(want, actual) {
    const at = actual.resolved?.physical ?? ''
    switch (want.state) {
      case 'absent':
        return remove(at, actual.info, () => actual.content)
      case 'directory':
        return makeDirectory(actual, want, actual.tree)
      case 'touch':
        return touch(actual, want)
      case 'link':
        return makeLink(actual, want, actual)
      case 'hard':
        return makeHardLink(actual, want, actual)
      case 'file':
      case undefined:
        if (want.recurse) return makeDirectory(actual, want, actual.tree)
        return setAttributes(at, existing(at, actual.info, want.state), want)
    }
  },

  result(want, before, after) {
    const where = { path: before.resolved?.path, dest: before.resolved?.path }
    const source = want.src === undefined ? {} : { src: want.src }
    return together(where, source, attributesOf(after.info))
  },
})

/** A file whose content, before it goes, is shown. */
const isSmall = (info: PathInfo | null | undefined): boolean =>
  info?.kind === 'file' && (ifKnown(() => info.size) ?? Number.POSITIVE_INFINITY) <= MOST_CONTENT

interface SourceWant {
  readonly state?: string | undefined
  readonly src: string | undefined
}

/** Where a link would lead, and what is there. */
const sourceProbes = (
  { state, src }: SourceWant,
  at: string | undefined,
  known: Known,
): { source: Probe<Resolved> | undefined; sourceInfo: Probe<PathInfo> | undefined } => {
  if ((state !== 'link' && state !== 'hard') || src === undefined || at === undefined)
    return { source: undefined, sourceInfo: undefined }
  const full = /^[/~]/.test(src) ? src : `${parentOf(at)}/${src}`
  const source = resolve(full)
  const physical = whereabouts(full, source, known)
  return { source, sourceInfo: physical === undefined ? undefined : path(physical) }
}

const existing = (at: string, info: PathInfo | null, state: 'file' | undefined): PathInfo => {
  if (info === null)
    throw new UserError('E_ABSENT', `there is nothing at ${at}`, {
      hint: 'state: touch makes an empty file, state: directory a directory',
    })
  if (state === 'file' && info.kind === 'directory')
    throw new UserError('E_IS_DIRECTORY', `${at} is a directory, not a file`)
  return info
}
