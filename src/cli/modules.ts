import { UserError } from '../core/error.ts'
import type { Module } from '../core/module.ts'
import { nearest } from '../core/nearest.ts'
import type { Param } from '../core/schema.ts'
import { modules } from '../modules/index.ts'
import { EXIT } from './exit.ts'
import { table } from './table.ts'

/** `provision modules [NAME]`: what there is, or the parameters of one. */
export const showModules = (name: string | undefined): number => {
  if (name === undefined) {
    const rows = [...modules.values()].map(module => [module.name, module.summary])
    process.stdout.write(table(rows.sort(([a = ''], [b = '']) => a.localeCompare(b))))
    return EXIT.done
  }
  const module = modules.get(name)
  if (module === undefined) {
    const near = nearest(name, [...modules.keys()])
    throw new UserError('E_UNKNOWN_MODULE', `there is no module "${name}"`, {
      hint: near === undefined ? '`provision modules` lists them' : `did you mean "${near}"?`,
    })
  }
  process.stdout.write(page(module))
  return EXIT.done
}

const page = ({ name, summary, params }: Module): string => {
  const rows = Object.entries(params).map(([key, param]) => [
    `  ${[key, ...param.aliases].join(', ')}`,
    typeOf(param),
    param.required
      ? 'required'
      : param.default === undefined
        ? ''
        : `default ${JSON.stringify(param.default)}`,
    [textAt(param.json, 'description'), takes(param)].filter(text => text !== '').join(' '),
  ])
  return `${name}: ${summary}\n\n${table(rows)}`
}

const textAt = (json: Param<unknown>['json'], key: string): string =>
  typeof json[key] === 'string' ? json[key] : ''

/** What its texts have to look like: anything else is refused. */
const takes = ({ json }: Param<unknown>): string => {
  const title = textAt((json['items'] ?? json) as Param<unknown>['json'], 'title')
  return title === '' ? '' : `Takes ${title}.`
}

const typeOf = ({ json, secret }: Param<unknown>): string => {
  if (Array.isArray(json['enum'])) return json['enum'].join(' | ')
  return secret ? 'secret' : typeof json['type'] === 'string' ? json['type'] : 'any'
}
