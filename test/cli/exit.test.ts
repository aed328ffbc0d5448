import type { HostCounts } from '../../src/core/event.ts'
import { exitCodeOf } from '../../src/cli/exit.ts'

const COUNTS: HostCounts = {
  ok: 1,
  changed: 0,
  maybe: 0,
  skipped: 0,
  failed: 0,
  rescued: 0,
  ignored: 0,
  unreachable: 0,
  unproved: 0,
}

interface Ended {
  readonly case: string
  readonly hosts: readonly Partial<HostCounts>[]
  readonly dryRun?: true
  readonly interrupted?: true
  readonly code: number
}

const all = { changed: 1, maybe: 1, failed: 1, unreachable: 1 }
const cases: readonly Ended[] = [
  { case: 'all is as it should be', hosts: [{}], code: 0 },
  { case: 'no host at all', hosts: [], code: 0 },
  { case: 'something changed', hosts: [{ changed: 1 }], code: 0 },
  { case: 'a dry run would change something', hosts: [{}, { changed: 1 }], dryRun: true, code: 3 },
  { case: 'a dry run may change something', hosts: [{ maybe: 1 }], dryRun: true, code: 3 },
  { case: 'a dry run changes nothing', hosts: [{}], dryRun: true, code: 0 },
  { case: 'a host was unreachable', hosts: [{}, { unreachable: 1 }], code: 4 },
  {
    case: 'unreachable wins over changes',
    hosts: [all].map(h => ({ ...h, failed: 0 })),
    dryRun: true,
    code: 4,
  },
  { case: 'a failure wins over unreachable', hosts: [{ unreachable: 1 }, { failed: 1 }], code: 2 },
  { case: 'Ctrl-C wins over all', hosts: [all], dryRun: true, interrupted: true, code: 130 },
  { case: 'failures made good do not count', hosts: [{ rescued: 1, ignored: 1 }], code: 0 },
]

test.each(cases)('$case: $code', ({ hosts, dryRun, interrupted, code }) => {
  const summary = {
    hosts: new Map(hosts.map((own, index) => [`h${index}`, { ...COUNTS, ...own }])),
    roundTrips: new Map(),
    setupRoundTrips: new Map(),
    interrupted: interrupted ?? false,
    ms: 1,
  }
  expect(exitCodeOf(summary, dryRun ?? false)).toBe(code)
})
