import { addHost, groupByKey } from './inventory.ts'
import { assertion, fail } from './verdicts.ts'
import { includeVars, setFact } from './vars.ts'
import { debug, pause } from './people.ts'
import type { Action } from './action.ts'
import { meta } from './meta.ts'
import { validateArgumentSpec } from './argumentspec.ts'

export type { Action } from './action.ts'

/** Tasks that act on the run itself and never on a host. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['add_host', addHost],
  ['assert', assertion],
  ['debug', debug],
  ['fail', fail],
  ['group_by', groupByKey],
  ['include_vars', includeVars],
  ['meta', meta],
  ['pause', pause],
  ['set_fact', setFact],
  ['validate_argument_spec', validateArgumentSpec],
])
