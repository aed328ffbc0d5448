import { UserError } from '../../core/error.ts'
import type { Raw } from '../../language/value.ts'
import { toValue } from '../values.ts'
import { listOf, ok, type Action } from './action.ts'

const RESERVED = ['name', 'hostname', 'host', 'groups', 'group', 'groupname']

/** Adds a host to the inventory for the plays that follow. */
export const addHost: Action = {
  run({ args, play, task }) {
    const name = args['name'] ?? args['hostname'] ?? args['host']
    if (typeof name !== 'string')
      throw new UserError('E_MISSING_PARAM', 'add_host: needs "name"', { at: task.at })
    const given = listOf(args['groups'] ?? args['group'] ?? args['groupname'])
    const groups = given.flatMap(group => String(group).split(',')).map(group => group.trim())
    const vars = Object.entries(args).filter(([key]) => !RESERVED.includes(key))
    const { inventory, variables } = play.run.services
    inventory.addHost(
      name,
      groups,
      new Map(vars.map(([key, value]) => [key, toValue(value) as Raw])),
    )
    variables.inventoryChanged()
    return {
      ...ok({ add_host: name }),
      kind: 'changed',
      changes: [{ summary: `add host ${name} to the inventory`, diff: undefined, unproved: false }],
    }
  },
}

/** Puts the host into a group named after a value. */
export const groupByKey: Action = {
  run({ args, play, task, host }) {
    const key = args['key']
    if (typeof key !== 'string')
      throw new UserError('E_MISSING_PARAM', 'group_by: needs "key"', { at: task.at })
    const { inventory, variables } = play.run.services
    const group = key.replaceAll(' ', '-')
    inventory.addHost(host.name, [group], new Map())
    variables.inventoryChanged()
    return ok({ add_group: group })
  },
}
