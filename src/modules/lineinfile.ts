import { defineModule } from '../core/module.ts'
import { alias, boolean, oneOf, optional, text, withDefault } from '../core/schema.ts'
import {
  createParam,
  editParams,
  editProbes,
  editResult,
  planEdit,
  requireFile,
  type Edit,
} from './edit.ts'
import { absentLine, presentLine, type LineWant } from './edit/line.ts'
import { checkValidate } from './putfile.ts'
import { ANY_FILE, filesReach } from './destination.ts'

export const lineinfile = defineModule({
  name: 'lineinfile',
  summary: 'Ensures that a line stands in a text file, or that none matches.',
  params: {
    ...editParams,
    state: withDefault(oneOf(['present', 'absent'], 'Whether the line is there.'), 'present'),
    line: alias(optional(text('The line.')), 'value'),
    regexp: alias(
      optional(text('Which line is replaced or removed, as Python reads it.')),
      'regex',
    ),
    search_string: optional(text('The same as literal text.')),
    insertafter: optional(text('A new line goes after the last match, or to the end: `EOF`.')),
    insertbefore: optional(text('A new line goes before the last match, or to the top: `BOF`.')),
    firstmatch: withDefault(
      boolean('The first match of the two above counts, not the last.'),
      false,
    ),
    backrefs: withDefault(
      boolean('`\\1` in `line` is what the group matched; nothing is added.'),
      false,
    ),
    create: createParam,
  },
  touches: ANY_FILE,

  check(want) {
    if (want.state === 'absent')
      return want.line === undefined &&
        want.regexp === undefined &&
        want.search_string === undefined
        ? 'line, regexp or search_string says which line is to be absent'
        : undefined
    if (want.line === undefined) return 'line is needed'
    if (want.regexp !== undefined && want.search_string !== undefined)
      return 'regexp and search_string exclude each other'
    if (want.insertafter !== undefined && want.insertbefore !== undefined)
      return 'insertafter and insertbefore exclude each other'
    return want.backrefs === true && want.regexp === undefined
      ? 'backrefs needs regexp'
      : checkValidate(want)
  },

  prepare: (_, controller) => Promise.resolve({ now: controller.now }),

  probes: editProbes,

  reach: (want, known) => filesReach(want.path, known),

  plan(want, actual) {
    if (want.state === 'absent' && actual.info === null) return []
    requireFile(actual, want.create)
    return planEdit(actual, editOf(want), { want, now: want.prepared.now })
  },

  result: (want, before, after, outcomes) =>
    editResult(before, after, { edit: editOf(want), outcomes }),
})

const editOf =
  (want: LineWant & { readonly state: 'present' | 'absent' }): Edit =>
  text =>
    (want.state === 'absent' ? absentLine : presentLine)(text ?? '', want)
