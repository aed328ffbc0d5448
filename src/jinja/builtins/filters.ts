import type { Filter } from '../runtime/filter.ts'
import { GROUP_FILTERS } from './groupfilters.ts'
import { HTML_FILTERS } from './htmlfilters.ts'
import { LIST_FILTERS } from './listfilters.ts'
import { NUMBER_FILTERS } from './numberfilters.ts'
import { SELECT_FILTERS } from './selectfilters.ts'
import { TEXT_FILTERS } from './textfilters.ts'
import { VALUE_FILTERS } from './valuefilters.ts'

/** Jinja2's own filters, by name. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map(
  [
    VALUE_FILTERS,
    TEXT_FILTERS,
    NUMBER_FILTERS,
    LIST_FILTERS,
    GROUP_FILTERS,
    SELECT_FILTERS,
    HTML_FILTERS,
  ].flatMap(filters => Object.entries(filters)),
)
