import { UserError } from '../core/error.ts'
import { defineModule, type Probes } from '../core/module.ts'
import type { Probe } from '../core/probe.ts'
import {
  absolutePath,
  alias,
  boolean,
  integer,
  list,
  oneOf,
  optional,
  text,
  withDefault,
} from '../core/schema.ts'
import { line } from '../core/shapes.ts'
import { content, type Content } from '../probes/content.ts'
import { resolve } from '../probes/resolve.ts'
import { tree, type TreeInfo } from '../probes/tree.ts'
import { filterOf, holds, reportOf, type FindWant } from './find/filter.ts'
import { inDirectory } from './copy/target.ts'
import { whereabouts } from './destination.ts'

export const find = defineModule({
  name: 'find',
  summary: 'Lists what directories hold, by name, age, size, kind and content.',
  params: {
    paths: alias(list(absolutePath('A directory.'), 'Where to look.'), 'name', 'path'),
    patterns: alias(
      withDefault(list(text('A shell pattern.'), 'Names; all without.'), []),
      'pattern',
    ),
    excludes: alias(
      withDefault(list(text('A shell pattern.'), 'Names to leave out.'), []),
      'exclude',
    ),
    use_regex: withDefault(
      boolean('Patterns are regular expressions, as Python reads them.'),
      false,
    ),
    contains: optional(text('A regular expression that a line of the file begins to match.')),
    file_type: withDefault(oneOf(['file', 'directory', 'link', 'any'], 'What to list.'), 'file'),
    recurse: withDefault(boolean('Also looks into the directories below.'), false),
    depth: optional(integer('At most so many levels.')),
    hidden: withDefault(boolean('Also lists names that begin with a dot.'), false),
    age: optional(line('At least so old: `2d`, `1w`, `3600`; with a minus at most.')),
    age_stamp: withDefault(oneOf(['mtime', 'atime', 'ctime'], 'Which time counts.'), 'mtime'),
    size: optional(line('At least so big: `10k`, `1m`; with a minus at most.')),
    follow: withDefault(boolean('Only false is supported: links are listed, not followed.'), false),
    get_checksum: withDefault(boolean('Hashes each file with SHA-1.'), false),
  },
  touches: [],

  check: want =>
    want.follow === true ? 'follow: true is not supported: links are not followed' : undefined,

  prepare: (_, controller) => Promise.resolve({ now: controller.now }),

  probes(want, known) {
    const questions: Record<string, Probe<unknown> | undefined> = {}
    for (const name of want.paths) {
      const resolved = resolve(name)
      const at = whereabouts(name, resolved, known)
      const found = at === undefined ? undefined : tree(at, depthOf(want))
      questions[`at ${name}`] = resolved
      questions[`tree ${name}`] = found
      const entries = found === undefined ? undefined : known(found)
      if (entries && at !== undefined) Object.assign(questions, contents(want, at, entries))
    }
    return questions
  },

  plan: () => [],

  result(want, before) {
    const skipped: Record<string, string> = {}
    let examined = 0
    const files = want.paths.flatMap(name => {
      const entries = before[`tree ${name}`] as readonly TreeInfo[] | null
      const at = (before[`at ${name}`] as { physical: string } | null)?.physical ?? name
      if (entries === null) skipped[name] = `'${name}' is not a directory`
      examined += entries?.length ?? 0
      return (entries ?? [])
        .filter(filterOf(want, want.prepared.now))
        .map(entry => ({
          entry,
          file: inDirectory(at, entry.path),
          shown: inDirectory(name, entry.path),
        }))
        .filter(
          ({ file }) => want.contains === undefined || holds(want.contains, held(before, file)),
        )
        .map(({ entry, file, shown }) =>
          reportOf(entry, shown, want.get_checksum ? held(before, file) : null),
        )
    })
    return {
      files,
      matched: files.length,
      examined,
      skipped_paths: skipped,
      msg: 'All paths examined',
    }
  },
})

const depthOf = ({ recurse, depth }: { recurse: boolean; depth: number | undefined }) =>
  recurse ? depth : 1

/** Contents are asked only of files that match otherwise. */
const contents = (
  want: FindWant & { readonly get_checksum: boolean; readonly prepared: { now: Date } },
  at: string,
  entries: readonly TreeInfo[],
): Probes => {
  if (want.contains === undefined && !want.get_checksum) return {}
  const matching = entries.filter(filterOf(want, want.prepared.now))
  const files = matching.filter(({ kind }) => kind === 'file')
  return Object.fromEntries(
    files.map(entry => {
      const file = inDirectory(at, entry.path)
      return [`content ${file}`, content(file)]
    }),
  )
}

const held = (before: Readonly<Record<string, unknown>>, file: string): Buffer | null => {
  const found = before[`content ${file}`] as Content | null | undefined
  if (found === null || found === undefined) return null
  if (found.bytes !== undefined) return found.bytes
  throw new UserError('E_TOO_LONG', `${file} has more than 1 MiB and is not searched`)
}
