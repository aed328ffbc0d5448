import { Redactor } from '../report/redact.ts'
import { EXIT } from './exit.ts'
import { check, readInput } from './input.ts'
import { reportMistakes } from './mistakes.ts'
import type { RunFlags } from './options.ts'

/** `provision check`: the static check alone. */
export const checkOnly = async (playbooks: readonly string[], flags: RunFlags): Promise<number> => {
  const redactor = new Redactor()
  const input = await readInput(playbooks, flags, text => {
    redactor.register(text)
  })
  const { errors, warnings } = check(input)
  reportMistakes([...input.warnings, ...warnings], 'warning', redactor)
  reportMistakes(errors, 'error', redactor)
  if (errors.length > 0) return EXIT.usage
  const plays = input.playbooks.flatMap(playbook => playbook.plays).length
  process.stdout.write(`no mistakes in ${plays} plays for ${input.inventory.hosts.length} hosts\n`)
  return EXIT.done
}
