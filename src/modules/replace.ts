import { defineModule } from '../core/module.ts'
import { alias, optional, text, withDefault } from '../core/schema.ts'
import { editParams, editProbes, editResult, planEdit, requireFile, type Edit } from './edit.ts'
import { replaceAll } from './edit/replacement.ts'
import { checkValidate } from './putfile.ts'
import { ANY_FILE, filesReach } from './destination.ts'

export const replace = defineModule({
  name: 'replace',
  summary: 'Replaces every match of a regular expression in a text file.',
  params: {
    ...editParams,
    regexp: alias(
      text('What is replaced, as Python reads it; `^` and `$` match at each line.'),
      'regex',
    ),
    replace: withDefault(text('What takes its place; `\\1` is what the group matched.'), ''),
    after: optional(text('Only what follows a match of this is looked at.')),
    before: optional(text('Only what precedes a match of this is looked at.')),
  },
  touches: ANY_FILE,

  check: checkValidate,

  prepare: (_, controller) => Promise.resolve({ now: controller.now }),

  probes: editProbes,

  reach: (want, known) => filesReach(want.path, known),

  plan(want, actual) {
    requireFile(actual, false)
    return planEdit(actual, editOf(want), { want, now: want.prepared.now })
  },

  result: (want, before, after, outcomes) =>
    editResult(before, after, { edit: editOf(want), outcomes }),
})

const editOf =
  (want: Parameters<typeof replaceAll>[1]): Edit =>
  text =>
    replaceAll(text ?? '', want)
