import { changed, failures } from './report.ts'
import { changes } from './site/changes.ts'
import { databases } from './site/databases.ts'
import { faults } from './site/faults.ts'
import { requests } from './site/requests.ts'
import { Site } from './site/site.ts'
import { MINUTES } from './limits.ts'
import { agreement } from './truth/measures.ts'

jest.setTimeout(MINUTES)

let site: Site
const it = (): Site => site
beforeAll(async () => {
  site = await Site.up('t-site', 'debian-13')
  process.env['XDG_STATE_HOME'] = site.lab.directory
}, 5 * MINUTES)
afterAll(() => site.lab.down(), MINUTES)

test(
  'is planned on bare hosts, and a run that keeps to the plan does what it says',
  async () => {
    const planned = await site.plan('bare.plan')
    expect(failures(planned.report)).toEqual([])
    expect(planned.code).toBe(3)
    const { code, report } = await site.apply('bare.plan')
    expect(failures(report)).toEqual([])
    expect(code).toBe(0)
    const { untrue, untold } = agreement(planned.report, report)
    expect({ untrue, untold }).toEqual({ untrue: [], untold: [] })
  },
  15 * MINUTES,
)

test(
  'changes nothing a second time, in a few round trips',
  async () => {
    const report = await site.converged()
    expect(changed(report)).toEqual([])
    for (const trips of Object.values(report.roundTrips)) expect(trips).toBeLessThanOrEqual(4)
  },
  2 * MINUTES,
)

test('is verified', async () => {
  expect(await site.complaints()).toEqual([])
})

describe('the site', () => {
  requests(it)
})
describe('the guest book', () => {
  databases(it)
})
describe('playbooks/verify.yml', () => {
  faults(it)
})
describe('the site, changed,', () => {
  changes(it)
})
