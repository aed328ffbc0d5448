import { UserError } from '../../core/error.ts'
import { missingHint } from '../load/bringin.ts'
import type { Mistakes } from '../load/mistakes.ts'
import type { Play, Task } from '../play.ts'
import { SearchPath } from '../searchpath.ts'
import type { Raw } from '../value.ts'

interface FileParam {
  readonly param: string
  /** Where such files are looked for beside the directories themselves. */
  readonly folder: 'files' | 'templates' | 'vars'
  /** Arguments with which the file is one of the host, or comes from elsewhere. */
  readonly unless: readonly string[]
}

const FILE_PARAMS: Readonly<Record<string, FileParam>> = {
  copy: { param: 'src', folder: 'files', unless: ['remote_src', 'content'] },
  include_vars: { param: 'file', folder: 'vars', unless: [] },
  script: { param: 'cmd', folder: 'files', unless: [] },
  template: { param: 'src', folder: 'templates', unless: ['remote_src'] },
  unarchive: { param: 'src', folder: 'files', unless: ['remote_src', 'copy'] },
}

/** The file on the controller that a task names by a constant, when there is one to look for. */
const fileOf = (
  task: Task,
  play: Play,
):
  { readonly name: string; readonly param: FileParam; readonly search: SearchPath } | undefined => {
  const param = FILE_PARAMS[task.module]
  if (param === undefined || param.unless.some(name => isSet(task.args.get(name)))) return undefined
  const free = task.module === 'script' ? firstWord(task.freeForm) : task.freeForm
  const raw = task.args.get(param.param) ?? free
  if (typeof raw !== 'string' || raw === '' || raw.includes('://')) return undefined
  const search = new SearchPath([task.role?.directory, task.directory, play.directory])
  return { name: raw, param, search }
}

const isSet = (raw: Raw | undefined): boolean =>
  raw !== undefined && raw !== false && raw !== null && !/^(?:no|false|off|0)$/i.test(asText(raw))

const asText = (raw: Raw): string => (typeof raw === 'string' ? raw : '')

const firstWord = (raw: Raw | undefined): Raw | undefined =>
  typeof raw === 'string' ? raw.trim().split(/\s/)[0] : undefined

/** Checks that the file a task names exists; gives its path. */
export const checkFile = (task: Task, play: Play, mistakes: Mistakes): string | undefined => {
  const wanted = fileOf(task, play)
  if (wanted === undefined) return undefined
  const { name, param, search } = wanted
  const found = search.find(name, param.folder)
  if (found !== undefined) return found
  mistakes.add(
    new UserError('E_FILE_MISSING', `${task.module}: there is no file "${name}"`, {
      at: task.argsAt.get(param.param) ?? task.moduleAt,
      hint: missingHint(name, search.candidates(name, param.folder)),
    }),
  )
  return undefined
}
