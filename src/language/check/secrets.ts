import { UserError } from '../../core/error.ts'
import type { Task } from '../play.ts'
import { templatesIn, type Reader } from './uses.ts'

const COMMANDS = new Set(['command', 'shell', 'raw', 'script', 'expect'])
const SECRET =
  /(?:^|_)(?:password|passwd|passphrase|pass|secret|token|api_?key|private_?key)(?:_|$)/i

/** Warnings of secrets that a command line would show to everybody on the host. */
export const secretsOnCommandLine = (task: Task, reader: Reader): readonly UserError[] => {
  if (!COMMANDS.has(task.module)) return []
  const texts = [task.freeForm, task.args.get('cmd'), task.args.get('argv')].flatMap(templatesIn)
  return texts.flatMap(text => {
    const used = reader.template(text)
    if ('error' in used) return []
    return used.analysis.variables
      .filter(({ name, path }) => [name, ...path].some(part => SECRET.test(part)))
      .map(({ name, path, line, column }) => {
        const shown = [name, ...path].join('.')
        const fact = `${task.module}: "${shown}" stands on a command line, which every account of the host can read`
        return new UserError('E_SECRET_ON_COMMAND_LINE', fact, {
          at: used.place(line, column),
          hint: 'pass it by "stdin" or by "environment"',
        })
      })
  })
}
