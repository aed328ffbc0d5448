import { UserError } from '../../core/error.ts'
import type { Condition, Keywords, Node, Task } from '../play.ts'
import { TemplateText, type Raw } from '../value.ts'
import { conditionsIn, constantText, elementsIn, mapIn, numberIn, variableIn } from './expect.ts'
import { readKeywords, readModuleDefaults, refuseUnsupported } from './keywords.ts'
import type { Entry, LocatedMap } from './located.ts'
import { readLoop, type ReadLoop } from './loop.ts'
import { moduleEntry, shapeOf, shortName, unknownModule } from './modulename.ts'
import type { ModuleShape, Surroundings } from './surroundings.ts'
import { readArgs, withArgsKeyword, withDefaults } from './taskargs.ts'

/** Reads a task that runs a module; nothing when it is wrong beyond use, which is noted. */
export const readTask = (item: LocatedMap, around: Surroundings): readonly Node[] => {
  refuseUnsupported(item.entries, around)
  const entry = moduleEntry(item.entries, around)
  const keywords = readKeywords(item.entries, around)
  if (entry === undefined) {
    refuseEmpty(item, around)
    return []
  }
  const called = calledModule(entry, around)
  const defaults = readModuleDefaults(item.entries, around).get(called.shape.name)
  const given = around.mistakes.catching(() => readArgs(called.arguments, called.shape))
  if (given === undefined) return []
  const all = withArgsKeyword(given, item.entries.get('args'))
  const loop = around.mistakes.catching(() => readLoop(item.entries)) ?? NO_LOOP
  return [
    {
      ...outcomeKeywords(item, around),
      ...withDefaults(all, called.shape, defaults),
      kind: 'task',
      at: item.at,
      role: around.role,
      directory: around.directory,
      module: called.shape.name,
      moduleAt: entry.keyAt,
      keywords: withLoopVars(called.isLocal ? onLocalhost(keywords) : keywords, loop),
      loop: loop.loop,
    },
  ]
}

const NO_LOOP: ReadLoop = { loop: undefined, vars: [] }

const onLocalhost = (keywords: Keywords): Keywords => ({ ...keywords, delegateTo: 'localhost' })

/** The keywords with the variables that a `with_*` loop reads. */
export const withLoopVars = (keywords: Keywords, { vars }: ReadLoop): Keywords =>
  vars.length === 0 ? keywords : { ...keywords, vars: [...keywords.vars, ...vars] }

// Other keys, if any, were noted as unknown already; a task of keywords alone was not.
const refuseEmpty = (item: LocatedMap, around: Surroundings): void => {
  const names = [...item.entries.keys()]
  if (
    !names.every(name =>
      ['name', 'when', 'tags', 'vars', 'register', 'notify'].includes(String(name)),
    )
  )
    return
  around.mistakes.add(
    new UserError('E_NO_MODULE', 'this task names no module', {
      at: item.at,
      hint: 'a module stands beside the name, as in "apt:"',
    }),
  )
}

type Outcomes = Pick<
  Task,
  'register' | 'changedWhen' | 'failedWhen' | 'until' | 'retries' | 'delay' | 'listen'
>

const outcomeKeywords = (item: LocatedMap, { mistakes }: Surroundings): Outcomes => {
  const read = <T>(name: string, reader: (entry: Entry) => T): T | undefined => {
    const entry = item.entries.get(name)
    return entry === undefined ? undefined : mistakes.catching(() => reader(entry))
  }
  const conditions = (name: string): readonly Condition[] | undefined => read(name, conditionsIn)
  const number = (name: string): Raw | undefined => read(name, numberIn)
  return {
    register: read('register', variableIn),
    changedWhen: conditions('changed_when'),
    failedWhen: conditions('failed_when'),
    until: conditions('until'),
    retries: number('retries'),
    delay: number('delay'),
    listen: read('listen', topicsIn) ?? [],
  }
}

const topicsIn = (entry: Entry): readonly string[] =>
  elementsIn(entry).map(element => constantText({ ...entry, value: element }))

interface Called {
  readonly shape: ModuleShape
  /** What holds the arguments, under the module's key. */
  readonly arguments: Entry
  readonly isLocal: boolean
}

const calledModule = (entry: Entry, around: Surroundings): Called => {
  const written = String(entry.key)
  if (written !== 'action' && written !== 'local_action')
    return { shape: existing(written, entry, around), arguments: entry, isLocal: false }
  const isLocal = written === 'local_action'
  const { value } = entry
  if (value.kind === 'map') {
    const named = value.entries.get('module')
    if (named === undefined)
      throw new UserError('E_NO_MODULE', `${written}: needs "module"`, { at: entry.keyAt })
    const shape = existing(constantText(named), named, around)
    const rest = new Map([...value.entries].filter(([key]) => key !== 'module'))
    return { shape, isLocal, arguments: { ...entry, value: { ...mapIn(entry), entries: rest } } }
  }
  return { ...fromWords(entry, around), isLocal }
}

// `action: module key=value …`.
const fromWords = (entry: Entry, around: Surroundings): Omit<Called, 'isLocal'> => {
  const { value } = entry
  if (value.kind !== 'scalar')
    throw new UserError('E_TYPE', 'action: needs a module', { at: value.at })
  const text = value.text()
  const match = /^\s*([\w.]+)\s*/.exec(text.source)
  const name = match?.[1]
  if (match === null || name === undefined)
    throw new UserError('E_NO_MODULE', `${String(entry.key)}: begins with no module's name`, {
      at: value.at,
    })
  const rest = text.source.slice(match[0].length)
  const cut = new TemplateText(rest, text.place(1, match[0].length + 1))
  const raw = rest === '' ? null : value.raw instanceof TemplateText ? cut : rest
  return {
    shape: existing(name, entry, around),
    arguments: { ...entry, value: { ...value, raw, text: () => cut } },
  }
}

const existing = (name: string, entry: Entry, around: Surroundings): ModuleShape => {
  const shape = shapeOf(shortName(name), around)
  if (shape) return shape
  throw unknownModule(name, entry.keyAt, around)
}
