import { boolean, optional, text, withDefault } from '../../core/schema.ts'
import { path } from '../../core/shapes.ts'

/** Parameters that `command`, `shell` and `script` have in common. */
export const runParams = {
  chdir: optional(path('The directory to run in.')),
  creates: optional(path('Not run when something is at this path, or matches this pattern.')),
  removes: optional(path('Not run when nothing is at this path, nor matches this pattern.')),
}

/** Parameters about the command's standard input and output. */
export const streamParams = {
  stdin: optional(text("The command's standard input.")),
  stdin_add_newline: withDefault(boolean('Ends `stdin` with a newline.'), true),
  strip_empty_ends: withDefault(boolean('Drops empty lines at the end of the output.'), true),
}
