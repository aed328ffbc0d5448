import { checkArguments } from '../../core/arguments.ts'
import { UserError, type Position } from '../../core/error.ts'
import { paramsOfSpec } from '../argumentspec.ts'
import type { Mistakes } from '../load/mistakes.ts'
import type { RoleStart, VarsLayer } from '../play.ts'
import { TemplateText } from '../value.ts'
import { isUnknown, toPlain } from './arguments.ts'
import type { SiteScope } from './scope.ts'

// Something that is there, and that only a run can know.
const LATER = new TemplateText('', { file: '', line: 0, column: 0 })

/** Checks what a role is given against its `argument_specs`, as far as it is no template. */
export const checkRoleArguments = (
  start: RoleStart,
  scope: SiteScope,
  mistakes: Mistakes,
): void => {
  const spec = start.role.argumentSpec
  const params = paramsOfSpec(toPlain(spec?.get('options') ?? null))
  const given: Record<string, unknown> = {}
  for (const name of Object.keys(params)) {
    const value = valueOf(name, start, scope)
    if (value !== undefined) given[name] = value
  }
  const role = { name: `role ${start.role.name}`, params }
  for (const { error, param } of checkArguments(role, given, isUnknown)) {
    const at = (param === undefined ? undefined : placeOf(param, start)) ?? start.at
    mistakes.add(new UserError(error.code, error.message, { at, hint: error.hint }))
  }
}

const valueOf = (name: string, start: RoleStart, scope: SiteScope): unknown => {
  const [value, ...others] = scope.values(name)
  // An open scope can define anything; several values leave open which one counts.
  if (value === undefined) return scope.has(name) ? LATER : undefined
  return others.length > 0 ? strongest(name, start) : toPlain(value)
}

// Parameters of the use itself win over all but extra vars and registered results.
const strongest = (name: string, { role }: RoleStart): unknown => {
  const own = role.params.findLast(({ vars }) => vars.has(name))?.vars.get(name)
  return own === undefined ? LATER : toPlain(own)
}

const placeOf = (name: string, { role, keywords }: RoleStart): Position | undefined =>
  [...keywords.vars, ...role.params, role.vars, role.defaults].findLast(
    (layer): layer is VarsLayer => layer?.vars.has(name) ?? false,
  )?.at
