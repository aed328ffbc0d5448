import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { formatError, UserErrors, type UserError } from '../../../src/core/error.ts'
import {
  boolean,
  list,
  mode,
  oneOf,
  optional,
  text,
  type Params,
} from '../../../src/core/schema.ts'
import { loadPlaybook, type ModuleShape } from '../../../src/language/load/index.ts'
import type { Play, Playbook } from '../../../src/language/play.ts'
import { TemplateText, type Raw } from '../../../src/language/value.ts'

/** Files by path. */
export type Files = Readonly<Record<string, string>>

/** Writes files into a directory of their own, gives it to `work` and removes it. */
export const inProject = <T>(files: Files, work: (directory: string) => T): T => {
  const directory = mkdtempSync(join(tmpdir(), 'provision-load-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), content)
    }
    return work(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Errors as people see them, without the project's directory. */
export const shown = (errors: readonly UserError[], directory: string): readonly string[] =>
  errors.map(error => formatError(error).replaceAll(`${directory}/`, ''))

/** The mistakes that `work` throws, as people see them. */
export const mistakesOf = (files: Files, work: (directory: string) => unknown): readonly string[] =>
  inProject(files, directory => {
    try {
      work(directory)
      return []
    } catch (error) {
      if (!(error instanceof UserErrors)) throw error
      return shown(error.errors, directory)
    }
  })

const file = { path: text('Path.'), state: optional(text('State.')), mode: optional(mode('Mode.')) }

const shapes: Readonly<Record<string, Params>> = {
  apt: {
    name: list(text('Package.'), 'Packages.'),
    state: optional(oneOf(['present', 'absent', 'latest'], 'State.')),
    update_cache: optional(boolean('Fetch lists.')),
  },
  command: { cmd: optional(text('Command.')), chdir: optional(text('Directory.')) },
  copy: {
    src: optional(text('Source.')),
    content: optional(text('Text.')),
    dest: text('Destination.'),
  },
  file,
  service: { name: text('Unit.'), state: optional(text('State.')) },
  shell: { cmd: optional(text('Command.')), chdir: optional(text('Directory.')) },
  template: { src: text('Source.'), dest: text('Destination.') },
  user: { name: text('Name.'), shell: optional(text('Shell.')) },
}

/** A few modules, as the loader and the check see them. */
export const modules: ReadonlyMap<string, ModuleShape> = new Map(
  Object.entries(shapes).map(([name, params]) => [
    name,
    { name, params, ...('cmd' in params ? { freeForm: 'cmd' } : {}) },
  ]),
)

/** Loads `site.yml` of a project. */
export const loadSite = (directory: string): Playbook =>
  loadPlaybook(join(directory, 'site.yml'), { modules })

/** The plays of a project's `site.yml`. */
export const playsOf = (files: Files): readonly Play[] =>
  inProject(files, directory => loadSite(directory).plays)

/** The first of them. */
export const playOf = (files: Files): Play => {
  const [play] = playsOf(files)
  if (play === undefined) throw new Error('no play')
  return play
}

/** A value as plain data, a template as `T …`. */
export const plainly = (raw: Raw | undefined): unknown => {
  if (raw instanceof TemplateText) return `T ${raw.source}`
  if (Array.isArray(raw)) return (raw as readonly Raw[]).map(plainly)
  if (!(raw instanceof Map)) return raw
  const entries = [...(raw as ReadonlyMap<string, Raw>)]
  return Object.fromEntries(entries.map(([key, value]) => [key, plainly(value)]))
}
