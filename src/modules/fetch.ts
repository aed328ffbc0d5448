import { posix, resolve } from 'node:path'
import type { Controller } from '../core/controller.ts'
import { UserError } from '../core/error.ts'
import { defineModule, type TaskContext } from '../core/module.ts'
import { inside } from '../core/probe.ts'
import { absolutePath, boolean, withDefault } from '../core/schema.ts'
import { path } from '../core/shapes.ts'
import { checksum } from '../probes/checksum.ts'
import { resolve as whereIs } from '../probes/resolve.ts'
import { baseName, whereabouts } from './destination.ts'

interface FetchWant {
  readonly src: string
  readonly dest: string
  readonly flat: boolean
  readonly context: TaskContext
}

export const fetch = defineModule({
  name: 'fetch',
  summary: 'Copies a file of the host to the controller.',
  crossesMachines: true,
  params: {
    src: absolutePath('The file on the host; `..` leads no further up than to `/`.'),
    dest: path(
      'Where it goes; without `flat` a directory, in which it stands under the host. Nothing is written outside it.',
    ),
    flat: withDefault(
      boolean('`dest` is the file, or with a slash at its end the directory.'),
      false,
    ),
    fail_on_missing: withDefault(boolean('A file that is missing fails the task.'), true),
    validate_checksum: withDefault(boolean('Accepted; what came is always checked.'), true),
  },
  touches: [],

  prepare: async (want, controller) => {
    const to = destinationOf(want)
    return { to, sha256: await hashOf(to, controller) }
  },

  probes(want, known) {
    const resolved = whereIs(want.src)
    const at = whereabouts(want.src, resolved, known)
    return { resolved, sum: at === undefined ? undefined : checksum(at, 'sha256') }
  },

  plan(want, { resolved, sum }) {
    if (sum === null && want.fail_on_missing)
      throw new UserError('E_ABSENT', `there is no file ${want.src} on the host`)
    if (resolved === null || sum === null || sum === want.prepared.sha256) return []
    return [
      {
        do: 'fetch',
        summary: `fetch ${want.src} to ${want.prepared.to}`,
        from: resolved.physical,
        to: want.prepared.to,
        effects: [],
        scope: [],
        // It is checked while it comes; what the controller holds is nothing a probe could ask.
        act: { kind: 'unproved' },
      },
    ]
  },

  result: (want, { sum }) =>
    sum === null
      ? { msg: `the remote file does not exist, not transferring, ignored`, file: want.src }
      : {
          dest: want.prepared.to,
          src: want.src,
          remote_checksum: sum,
          checksum: sum,
          md5sum: null,
        },
})

const destinationOf = ({ src, dest, flat, context }: FetchWant): string => {
  if (flat) return dest.endsWith('/') ? within(resolve(dest), baseName(src)) : resolve(dest)
  const { host } = context
  if (host === undefined) throw new Error('the host of a fetch is not known')
  if (host.includes('/'))
    throw new UserError('E_OUTSIDE', `"${host}" is no name of a directory below ${dest}`)
  const directory = within(resolve(dest), host)
  return within(directory, src.startsWith('/') ? `.${posix.normalize(src)}` : src)
}

/** A place below a directory. Names come from the host: none may lead out of it. */
const within = (directory: string, name: string): string => {
  const to = resolve(directory, name)
  if (inside(to, directory)) return to
  throw new UserError('E_OUTSIDE', `"${name}" leads out of the directory ${directory}`, {
    hint: 'only what lies below dest is written',
  })
}

/** The hash of the controller's own copy; undefined where there is none. */
const hashOf = async (file: string, controller: Controller): Promise<string | undefined> => {
  try {
    return (await controller.file(file)).sha256
  } catch (error) {
    if (error instanceof UserError || isMissing(error)) return undefined
    throw error
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
