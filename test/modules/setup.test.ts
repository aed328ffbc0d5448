import { setup } from '../../src/modules/setup.ts'
import type { Facts } from '../../src/probes/facts.ts'

const found: Facts = {
  system: { hostname: 'web1', date_time: { year: '2026' } },
  hardware: { memtotal_mb: 512, memfree_mb: 12 },
  network: { interfaces: ['lo'], default_ipv4: {} },
}
const gathered = (subset: readonly string[], filter: readonly string[] = []): string[] => {
  const want = {
    gather_subset: subset,
    filter,
    fact_path: '/etc/ansible/facts.d',
    gather_timeout: undefined,
    prepared: undefined,
    context: { user: undefined, environment: {} },
  }
  const result = setup.result?.(want, { facts: found }, { facts: found }, [])
  return Object.keys(result?.['ansible_facts'] as object)
}
const system = Object.keys(found.system)
const hardware = Object.keys(found.hardware)
const network = Object.keys(found.network)

test.each([
  { subset: ['all'], keys: [...system, ...hardware, ...network] },
  { subset: ['min'], keys: system },
  { subset: ['!all'], keys: system },
  { subset: ['!hardware'], keys: [...system, ...network] },
  { subset: ['all', '!network'], keys: [...system, ...hardware] },
  { subset: ['!all', 'network'], keys: [...system, ...network] },
  { subset: ['mounts'], keys: [...system, ...hardware] },
])('gather_subset: $subset', ({ subset, keys }) => {
  expect(gathered(subset)).toEqual(keys)
})

test.each([
  { filter: ['*'], keys: [...system, ...hardware, ...network] },
  { filter: ['ansible_*_mb'], keys: hardware },
  { filter: ['mem?otal_mb', 'hostname'], keys: ['hostname', 'memtotal_mb'] },
  { filter: ['mem[!t]*'], keys: ['memfree_mb'] },
])('filter: $filter', ({ filter, keys }) => {
  expect(gathered(['all'], filter)).toEqual(keys)
})
