import {
  asInteger,
  filterWith,
  iterate,
  optional,
  printValue,
  TemplateError,
  type Context,
  type Filter,
} from '../../jinja/index.ts'
import { impure } from './impure.ts'
import { seeded, trueRandom, type Below } from './mersenne.ts'

const chance = (seed: unknown, name: string, context: Context): Below => {
  if (seed !== undefined && seed !== null)
    return seeded(typeof seed === 'number' ? seed : printValue(seed))
  impure(context, name)
  return trueRandom
}

const random = filterWith('start step seed', (value, [start, step, seed], context) => {
  const below = chance(seed, 'random', context)
  if (typeof value !== 'number') {
    const items = iterate(value)
    if (items.length === 0) throw new TemplateError('an empty list has no random item')
    return items[below(items.length)]
  }
  const first = optional(start, 0, asInteger, 'start')
  const width = optional(step, 1, asInteger, 'step')
  const count = Math.ceil((value - first) / width)
  if (count <= 0) throw new TemplateError(`there is no number from ${first} below ${value}`)
  return first + width * below(count)
})

const shuffle = filterWith('seed', (value, [seed], context) => {
  const below = chance(seed, 'shuffle', context)
  const items = [...iterate(value)]
  for (let index = items.length - 1; index > 0; index--) {
    const other = below(index + 1)
    ;[items[index], items[other]] = [items[other], items[index]]
  }
  return items
})

/** Filters that choose by chance; with a seed they choose what Ansible chooses. */
export const CHANCE_FILTERS: Readonly<Record<string, Filter>> = { random, shuffle }
