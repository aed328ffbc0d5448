import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../core/error.ts'
import { readingLocally } from '../local.ts'
import { factHosts } from '../results.ts'
import type { Raw } from '../../language/value.ts'
import { toValue, unknowable } from '../values.ts'
import { ok, textOf, type Action, type ActionTurn } from './action.ts'

/** The variables that `set_fact` sets. */
export const factsSet = (args: Readonly<Record<string, unknown>>): Map<string, unknown> =>
  new Map(
    Object.entries(args)
      .filter(([name]) => name !== 'cacheable')
      .map(([name, value]) => [name, toValue(value)]),
  )

/** Sets variables of the host for the rest of the run. */
export const setFact: Action = {
  run({ args, play, task, scope, standing }) {
    const facts = factsSet(args)
    for (const host of factHosts({ task, sharers: standing.sharers }, scope))
      for (const [name, value] of facts) play.run.services.variables.setFact(host, name, value)
    return ok({ ansible_facts: facts })
  },
}

/** Reads variables from a file, or from every YAML file of a directory. */
export const includeVars: Action = {
  freeForm: '_raw',
  async run(turn) {
    const { args, play, standing } = turn
    const name = textOf(args['name'])
    const included: string[] = []
    for (const file of await filesOf(turn)) {
      const layer = play.run.services.loader.vars(file)
      const vars = name === undefined ? layer.vars : new Map([[name, layer.vars]])
      for (const host of standing.sharers)
        play.run.services.variables.includeVars(host.name, { ...layer, vars })
      included.push(file)
    }
    return ok({ ansible_included_var_files: included })
  },
}

/** Makes the variables of files that a dry run cannot know to be read unknown. */
export const forgetIncluded = async (
  turn: Pick<ActionTurn, 'args' | 'task' | 'play' | 'standing'>,
  reason: string,
): Promise<void> => {
  const { args, play, standing } = turn
  const name = textOf(args['name'])
  for (const file of await filesOf(turn)) {
    const layer = play.run.services.loader.vars(file)
    const names = name === undefined ? [...layer.vars.keys()] : [name]
    // What is not evaluated any more may be anything: here it cannot be read.
    const vars = new Map(names.map(key => [key, unknowable(reason) as unknown as Raw]))
    for (const host of standing.sharers)
      play.run.services.variables.includeVars(host.name, { ...layer, vars })
  }
}

const filesOf = async ({
  args,
  task,
  play,
}: Pick<ActionTurn, 'args' | 'task' | 'play'>): Promise<readonly string[]> => {
  const directory = textOf(args['dir'])
  if (directory !== undefined) return filesIn(play.find(task, 'vars', directory))
  const file = textOf(args['file'] ?? args['_raw'])
  if (file !== undefined) return [play.find(task, 'vars', file)]
  throw new UserError('E_MISSING_PARAM', 'include_vars: needs "file" or "dir"', { at: task.at })
}

const filesIn = async (directory: string): Promise<readonly string[]> => {
  const all = await readingLocally(directory, () => readdir(directory))
  const files = all
    .filter(name => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map(name => join(directory, name))
  const kinds = await readingLocally(directory, () => Promise.all(files.map(file => stat(file))))
  return files.filter((_, i) => kinds[i]?.isFile() === true)
}
