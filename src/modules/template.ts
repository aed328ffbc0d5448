import { defineModule } from '../core/module.ts'
import { absolutePath, boolean, oneOf, withDefault } from '../core/schema.ts'
import { path } from '../core/shapes.ts'
import { attributeParams } from './attributes.ts'
import { copyFile } from './copy/file.ts'
import { fileResult } from './copy/result.ts'
import { target } from './copy/target.ts'
import { ANY_FILE, baseName, filesReach } from './destination.ts'
import { checkValidate, writingParams } from './putfile.ts'
import { fromBytes } from './source.ts'

const NEWLINES = {
  '\\n': '\n',
  '\\r': '\r',
  '\\r\\n': '\r\n',
  '\n': '\n',
  '\r': '\r',
  '\r\n': '\r\n',
}

export const template = defineModule({
  name: 'template',
  summary: 'Renders a template of the controller into a file on the host.',
  params: {
    src: path('The template; looked for in `templates/`.'),
    dest: absolutePath('The file, or a directory in which it gets the name of the template.'),
    trim_blocks: withDefault(boolean('The newline after a block tag is dropped.'), true),
    lstrip_blocks: withDefault(boolean('The blanks before a block tag are dropped.'), false),
    newline_sequence: withDefault(
      oneOf(['\\n', '\\r', '\\r\\n', '\n', '\r', '\r\n'], 'What ends a line of the file.'),
      '\n',
    ),
    force: withDefault(boolean('Replaces a file that holds something else.'), true),
    follow: withDefault(
      boolean('Writes to what a link at `dest` leads to, not over the link.'),
      false,
    ),
    ...attributeParams,
    ...writingParams,
  },
  touches: ANY_FILE,

  check: checkValidate,

  async prepare(want, controller) {
    const { trim_blocks: trimBlocks, lstrip_blocks: lstripBlocks } = want
    const rendered = await controller.template(want.src, { trimBlocks, lstripBlocks })
    const newline = NEWLINES[want.newline_sequence]
    return {
      next: fromBytes(newline === '\n' ? rendered : rendered.replaceAll(/\r\n|\r|\n/g, newline)),
      now: controller.now,
    }
  },

  probes: (want, known) => target(want, baseName(want.src), known),

  reach: (want, known) => filesReach(want.dest, known),

  plan: (want, actual) => copyFile(actual, { want, ...want.prepared }),

  result: (want, _, after, outcomes) =>
    Object.assign(fileResult(after, outcomes), { src: want.src }),
})
