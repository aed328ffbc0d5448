import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { absolutePath, alias } from '../core/schema.ts'
import { destination } from './destination.ts'
import { lazily } from './result.ts'

export const slurp = defineModule({
  name: 'slurp',
  summary: 'Reads a file of the host; `content` is its bytes in base64.',
  params: { src: alias(absolutePath('The file.'), 'path') },
  touches: [],

  probes: (want, known) => destination(want.src, known, { follow: true, content: true }),

  plan(want, actual) {
    if (actual.info === null) throw new UserError('E_ABSENT', `file not found: ${want.src}`)
    if (actual.content === null)
      throw new UserError('E_NOT_A_FILE', `${want.src} is no regular file`)
    if (actual.content.bytes === undefined)
      throw new UserError('E_TOO_LONG', `${want.src} has more than 1 MiB`, {
        hint: 'fetch copies it to the controller',
      })
    return []
  },

  result: (_, { resolved, content }) =>
    lazily({
      content: () => content?.bytes?.toString('base64'),
      encoding: () => 'base64',
      source: () => resolved?.path,
    }),
})
