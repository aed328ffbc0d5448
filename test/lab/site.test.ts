import { changed } from './provision.ts'
import { changes } from './site/changes.ts'
import { databases } from './site/databases.ts'
import { faults } from './site/faults.ts'
import { requests } from './site/requests.ts'
import { Site } from './site/site.ts'
import { MINUTES } from './limits.ts'

jest.setTimeout(MINUTES)

let site: Site
const it = (): Site => site
beforeAll(async () => {
  site = await Site.up('t-site', 'debian-13')
}, 5 * MINUTES)
afterAll(() => site.lab.down(), MINUTES)

test(
  'says on bare hosts what it would do',
  async () => {
    const { code, report } = await site.converge('--dry-run')
    expect(report.tasks.filter(({ status }) => status === 'failed')).toEqual([])
    expect(code).toBe(3)
  },
  3 * MINUTES,
)

test(
  'converges from bare hosts, and a second time in a few round trips',
  async () => {
    await site.converged()
    const report = await site.converged()
    expect(changed(report)).toEqual([])
    for (const trips of Object.values(report.roundTrips)) expect(trips).toBeLessThan(20)
  },
  10 * MINUTES,
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
