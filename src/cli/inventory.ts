import { formatPosition, UserError } from '../core/error.ts'
import { loadInventory } from '../inventory/load.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { TemplateText } from '../language/value.ts'
import { EXIT } from './exit.ts'
import { inventorySources } from './input.ts'
import type { RunFlags } from './options.ts'
import { onSecret, redactor } from './secrets.ts'
import { table } from './table.ts'
import { openVault } from './vaultsecrets.ts'

/** `provision inventory`: hosts and groups; with `--host`, one host's variables and their origin. */
export const showInventory = async (flags: RunFlags & { host?: string }): Promise<number> => {
  const { decrypt } = await openVault(flags, onSecret)
  const limit = flags.limit === undefined ? {} : { limit: flags.limit }
  const inventory = loadInventory(inventorySources(flags), { decrypt, onSecret, ...limit })
  if (flags.host !== undefined) showHost(inventory, flags.host, flags.output)
  else if (flags.output === 'json')
    process.stdout.write(`${JSON.stringify(asJson(inventory), undefined, 2)}\n`)
  else process.stdout.write(table(groupRows(inventory)))
  return EXIT.done
}

const groupRows = (inventory: Inventory): string[][] =>
  [...inventory.groups.keys()].map(name => [name, inventory.hostsOf(name).join(', ')])

const asJson = (inventory: Inventory): unknown => ({
  hosts: [...inventory.hosts],
  groups: Object.fromEntries(
    [...inventory.groups].map(([name, { children }]) => [
      name,
      { hosts: inventory.hostsOf(name), children },
    ]),
  ),
})

const showHost = (inventory: Inventory, host: string, output: string): void => {
  if (!inventory.hosts.includes(host))
    throw new UserError('E_NO_HOSTS', `there is no host "${host}" in the inventory`)
  const rows = [...inventory.varsOf(host)].map(([name, { value, at }]) => [
    name,
    written(value),
    formatPosition(at),
  ])
  if (output === 'json')
    process.stdout.write(
      `${JSON.stringify(Object.fromEntries(rows.map(([name, value, at]) => [name, { value, at }])), undefined, 2)}\n`,
    )
  else process.stdout.write(table(rows))
}

/** A value as its file has it: templates are not evaluated, what a vault holds stays closed. */
const written = (value: unknown): string =>
  redactor.redact(
    JSON.stringify(value, (_, part: unknown) => {
      if (part instanceof TemplateText) return part.source
      return part instanceof Map ? (Object.fromEntries(part) as unknown) : part
    }),
  )
