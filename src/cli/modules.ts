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
    typeof param.json['description'] === 'string' ? param.json['description'] : '',
  ])
  return `${name}: ${summary}\n\n${table(rows)}`
}

const typeOf = ({ json, secret }: Param<unknown>): string => {
  if (Array.isArray(json['enum'])) return json['enum'].join(' | ')
  return secret ? 'secret' : typeof json['type'] === 'string' ? json['type'] : 'any'
}
