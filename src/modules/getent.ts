import { defineModule } from '../core/module.ts'
import { boolean, optional, text, withDefault } from '../core/schema.ts'
import { line } from '../core/shapes.ts'
import { databaseEntry } from '../probes/entry.ts'

// In these the fields stand between blanks; in the others between colons.
const BLANKS = new Set(['hosts', 'ahosts', 'networks', 'protocols', 'rpc', 'services', 'ethers'])

export const getent = defineModule({
  name: 'getent',
  summary: "Reads an entry of the host's databases (passwd, group, hosts, …) as facts.",
  params: {
    database: line('Such as `passwd`, `group`, `hosts` or `services`.'),
    key: optional(line('An entry; all without.')),
    split: optional(text('What separates the fields; by default what the database uses.')),
    service: optional(line('A service of nsswitch.conf to ask instead of all.')),
    fail_key: withDefault(boolean('Fails when there is no such entry.'), true),
  },
  touches: [],

  probes: ({ database, key, service }) => ({
    entries: databaseEntry({ database, key: key === '' ? undefined : key, service }),
  }),

  plan: () => [],

  result({ database, key, split, fail_key: fails }, _before, { entries }) {
    const fact = `getent_${database}`
    if (entries === null)
      return fails
        ? { failed: true, msg: `there is no "${key ?? ''}" in the database ${database}` }
        : { ansible_facts: { [fact]: { [key ?? '']: null } } }
    const separator = split ?? (BLANKS.has(database) ? /\s+/ : ':')
    const table = entries.map(line => {
      const [name = '', ...fields] = line.split(separator)
      return [name, fields] as const
    })
    return { ansible_facts: { [fact]: Object.fromEntries(table) } }
  },
})
