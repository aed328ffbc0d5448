import { defineModule } from '../core/module.ts'
import { integer, list, optional, withDefault } from '../core/schema.ts'
import { line, path } from '../core/shapes.ts'
import { facts, type Facts } from '../probes/facts.ts'

// Ansible's names for parts of the facts, by the group of ours that they belong to.
const HARDWARE = ['hardware', 'devices', 'mounts', 'dmi']
const NETWORK = [
  'network',
  'interfaces',
  'default_ipv4',
  'default_ipv6',
  'all_ipv4_addresses',
  'all_ipv6_addresses',
  'dns',
]

/** Whether a group was asked for; an exclusion wins over `all`, and a name over both. */
const wanted = (subset: readonly string[], names: readonly string[]): boolean => {
  if (names.some(name => subset.includes(name))) return true
  const excluded = [...names.slice(0, 1), 'all'].some(name => subset.includes(`!${name}`))
  return !excluded && (subset.includes('all') || subset.every(name => name.startsWith('!')))
}

const select = (found: Facts, subset: readonly string[]): Record<string, unknown> => ({
  ...found.system,
  ...(wanted(subset, HARDWARE) ? found.hardware : {}),
  ...(wanted(subset, NETWORK) ? found.network : {}),
})

/** A shell pattern (`*`, `?`, `[…]`) as a regular expression. */
const shellPattern = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
      .replaceAll('[!', '[^')}$`,
  )

const matching = (
  found: Readonly<Record<string, unknown>>,
  patterns: readonly string[],
): Record<string, unknown> => {
  if (patterns.length === 0 || patterns.includes('*')) return found
  const expressions = patterns.map(shellPattern)
  return Object.fromEntries(
    Object.entries(found).filter(([name]) =>
      expressions.some(e => e.test(name) || e.test(`ansible_${name}`)),
    ),
  )
}

export const setup = defineModule({
  name: 'setup',
  summary: "Gathers facts of the host: what a play's gather_facts does.",
  params: {
    gather_subset: withDefault(
      list(
        line('`all`, `min`, `hardware`, `network`, a part of them, or one with `!` before it.'),
        'Parts of the facts to gather; the names, distribution, kernel and account always are.',
      ),
      ['all'],
    ),
    filter: withDefault(
      list(line('A shell pattern over names, with or without `ansible_`.'), 'Facts to give back.'),
      [],
    ),
    fact_path: withDefault(
      path('Directory of local facts (`*.fact`): JSON, sections, or a program that prints them.'),
      '/etc/ansible/facts.d',
    ),
    gather_timeout: optional(integer('Accepted; one script gathers all facts at once.')),
  },
  touches: [],

  probes: want => ({ facts: facts({ factPath: want.fact_path }) }),

  plan: () => [],

  result(want, _before, after) {
    if (after.facts === null) throw new Error('facts cannot be absent')
    return { ansible_facts: matching(select(after.facts, want.gather_subset), want.filter) }
  },
})
