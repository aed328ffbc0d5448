import { changed, failures, TestLab } from './provision.ts'

const MINUTES = 60_000

/** The five arrangements of the site, each from fresh hosts; both engines are among them. */
const TOPOLOGIES = [
  { seed: '000', image: 'debian-sid', hosts: ['lb', 'server1', 'server2'] },
  { seed: '001', image: 'debian-13', hosts: ['server1', 'server2', 'server3'] },
  { seed: '002', image: 'debian-sid', hosts: ['lb', 'server1', 'server2', 'server3'] },
  { seed: '003', image: 'debian-12', hosts: ['lb', 'server1', 'server2'] },
  { seed: '004', image: 'debian-13', hosts: ['lb', 'server1', 'server2'] },
]

describe.each(TOPOLOGIES)('topology $seed on $image', ({ seed, image, hosts }) => {
  const inventory = `inventory/topologies/seed-${seed}.yml`
  let lab: TestLab
  beforeAll(async () => {
    lab = await TestLab.up(`t-seed-${seed}`, image, hosts)
  }, 5 * MINUTES)
  afterAll(() => lab.down(), MINUTES)

  test(
    'converges from bare hosts',
    async () => {
      const { report, code } = await lab.run(inventory)
      expect(failures(report)).toEqual([])
      expect(code).toBe(0)
    },
    10 * MINUTES,
  )

  test(
    'is verified from outside in',
    async () => {
      const { report, code } = await lab.run(inventory, 'playbooks/verify.yml')
      expect(failures(report)).toEqual([])
      expect(code).toBe(0)
    },
    3 * MINUTES,
  )

  test(
    'changes nothing when it is provisioned again',
    async () => {
      const { report } = await lab.run(inventory)
      expect(changed(report)).toEqual([])
      for (const host of hosts) expect(report.hosts[host]).toMatchObject({ changed: 0, failed: 0 })
    },
    3 * MINUTES,
  )
})
