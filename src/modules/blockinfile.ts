import { defineModule } from '../core/module.ts'
import { alias, boolean, oneOf, optional, text, withDefault } from '../core/schema.ts'
import { line } from '../core/shapes.ts'
import {
  createParam,
  editParams,
  editProbes,
  editResult,
  planEdit,
  requireFile,
  type Edit,
} from './edit.ts'
import { withBlock } from './edit/block.ts'
import { checkValidate } from './putfile.ts'
import { ANY_FILE, filesReach } from './destination.ts'

export const blockinfile = defineModule({
  name: 'blockinfile',
  summary: 'Ensures that lines stand between two markers of a text file, or that they are gone.',
  params: {
    ...editParams,
    state: withDefault(oneOf(['present', 'absent'], 'Whether the block is there.'), 'present'),
    block: alias(withDefault(text('The lines; none removes the block.'), ''), 'content'),
    marker: withDefault(
      line('The line above and below the block; `{mark}` is replaced by the two below.'),
      '# {mark} ANSIBLE MANAGED BLOCK',
    ),
    marker_begin: withDefault(line('What `{mark}` is above the block.'), 'BEGIN'),
    marker_end: withDefault(line('What `{mark}` is below the block.'), 'END'),
    insertafter: optional(text('A new block goes after the last match, or to the end: `EOF`.')),
    insertbefore: optional(text('A new block goes before the last match, or to the top: `BOF`.')),
    append_newline: withDefault(boolean('An empty line follows the block.'), false),
    prepend_newline: withDefault(boolean('An empty line precedes the block.'), false),
    create: createParam,
  },
  touches: ANY_FILE,

  check(want) {
    if (want.insertafter !== undefined && want.insertbefore !== undefined)
      return 'insertafter and insertbefore exclude each other'
    if (want.marker !== undefined && !want.marker.includes('{mark}'))
      return 'marker must contain {mark}: without it a second run would not find the block'
    return checkValidate(want)
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
  (want: Parameters<typeof withBlock>[1] & { readonly state: 'present' | 'absent' }): Edit =>
  text =>
    withBlock(text ?? '', want.state === 'absent' ? { ...want, block: '' } : want)
