import { EXIT } from './exit.ts'
import { check, readInput } from './input.ts'
import { reportMistakes } from './mistakes.ts'
import type { RunFlags } from './options.ts'
import { onSecret } from './secrets.ts'

/** `provision check`: the static check alone. */
export const checkOnly = async (playbooks: readonly string[], flags: RunFlags): Promise<number> => {
  const input = await readInput(playbooks, flags, onSecret)
  const { errors, warnings } = check(input)
  reportMistakes([...input.warnings, ...warnings], 'warning')
  reportMistakes(errors, 'error')
  if (errors.length > 0) return EXIT.usage
  const plays = input.playbooks.flatMap(playbook => playbook.plays).length
  process.stdout.write(`no mistakes in ${plays} plays for ${input.inventory.hosts.length} hosts\n`)
  return EXIT.done
}
