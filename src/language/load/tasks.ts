import { UserError } from '../../core/error.ts'
import type { Block, Keywords, Node } from '../play.ts'
import { listIn } from './expect.ts'
import { readBringingIn } from './bringin.ts'
import { readKeywords, readModuleDefaults, refuseUnsupported } from './keywords.ts'
import { isKeyword } from './keywordtable.ts'
import { describeRaw, type Entry, type Located, type LocatedMap } from './located.ts'
import { unknownKeyword } from './modulename.ts'
import type { Surroundings } from './surroundings.ts'
import { readTask } from './task.ts'

/** Reads a list of tasks and blocks; what is wrong is noted and left out. */
const readTasks = (items: readonly Located[], around: Surroundings): readonly Node[] =>
  items.flatMap(item => around.mistakes.catching(() => readNode(item, around)) ?? [])

/** Reads the list of tasks that a whole file is. */
export const readTaskFile = (root: Located, around: Surroundings): readonly Node[] => {
  if (root.raw === null) return []
  if (root.kind === 'list') return readTasks(root.items, around)
  throw new UserError('E_TYPE', `a file of tasks needs a list, not ${describeRaw(root.raw)}`, {
    at: root.at,
    hint: 'begin each task with "-"',
  })
}

const readNode = (item: Located, around: Surroundings): readonly Node[] => {
  if (item.kind !== 'map')
    throw new UserError('E_TYPE', `a task needs a dictionary, not ${describeRaw(item.raw)}`, {
      at: item.at,
    })
  if (item.entries.has('block')) return [readBlock(item, around)]
  for (const name of ['rescue', 'always']) {
    const entry = item.entries.get(name)
    if (entry)
      throw new UserError('E_UNKNOWN_KEYWORD', `"${name}" needs a "block" beside it`, {
        at: entry.keyAt,
      })
  }
  return readBringingIn(item, around) ?? readTask(item, around)
}

const readBlock = (item: LocatedMap, around: Surroundings): Block => {
  for (const { key, keyAt } of item.entries.values())
    if (!isKeyword(String(key), 'block'))
      around.mistakes.add(unknownKeyword(String(key), { at: keyAt, place: 'block' }))
  refuseUnsupported(item.entries, around)
  const keywords = readKeywords(item.entries, around)
  const inside = within(around, keywords, item)
  const tasks = (name: string): readonly Node[] => tasksIn(item.entries.get(name), inside)
  return {
    kind: 'block',
    at: item.at,
    role: around.role,
    directory: around.directory,
    keywords,
    tasks: tasks('block'),
    rescue: tasks('rescue'),
    always: tasks('always'),
  }
}

/** Reads the tasks that a keyword of a play or block holds. */
export const tasksIn = (entry: Entry | undefined, around: Surroundings): readonly Node[] => {
  if (entry === undefined) return []
  const items = around.mistakes.catching(() => listIn(entry, 'tasks')) ?? []
  return readTasks(items, around)
}

/** The surroundings inside a play, role or block; its name is not inherited. */
export const within = (
  around: Surroundings,
  keywords: Keywords,
  { entries }: LocatedMap,
): Surroundings => ({
  ...around,
  keywords: { ...keywords, name: undefined, nameTemplate: undefined },
  moduleDefaults: readModuleDefaults(entries, around),
})
