import { logsOf, mysqlBrokeItself, onHost, TestLab, type Ended } from '../provision.ts'
import { changed, failures, type Report } from '../report.ts'
import { DRIFTS, type Part } from '../truth/drifts.ts'
import { COMES_AND_GOES, differences, fingerprint, PASSED_OVER } from '../truth/fingerprint.ts'
import { agreement } from '../truth/measures.ts'
import { MINUTES } from '../limits.ts'

/** One of the five arrangements of the site. */
export interface Topology {
  readonly seed: string
  readonly image: string
  readonly hosts: readonly string[]
  /** Which host has which part. */
  readonly parts: Readonly<Record<Part, string>>
}

/** At most so many maybes over what a real run then changes. */
const DOUBT = 0.1

/**
 * Tests it from fresh hosts: the three measures of the dry run's truth on bare, converged and drifted
 * ones. Each has a file of its own, so that they share the machine's cores.
 */
export const testTopology = ({ seed, image, hosts, parts }: Topology): void => {
  const inventory = `inventory/topologies/seed-${seed}.yml`
  let lab: TestLab
  const boot = async (): Promise<void> => {
    lab = await TestLab.up(`t-seed-${seed}`, image, hosts)
  }
  beforeAll(boot, 5 * MINUTES)
  afterAll(() => lab.down(), MINUTES)

  const look = (): Promise<(readonly string[])[]> =>
    Promise.all(lab.hosts.map(host => fingerprint(script => onHost(host, script))))

  /** A dry run, which must change nothing. */
  const dryRun = async (): Promise<Ended & { report: Report }> => {
    const before = await look()
    const dry = await lab.run(inventory, '--dry-run')
    const after = await look()
    const different = before.flatMap((lines, i) => differences(lines, after[i] ?? []))
    const passedOver = { entirely: PASSED_OVER, times: COMES_AND_GOES }
    expect({ different, passedOver }).toEqual({ different: [], passedOver })
    expect(failures(dry.report)).toEqual([])
    return dry
  }

  /** The real run that a dry run told of, and how well it did. */
  const converge = async (dry: Report) => agreed(dry, await lab.run(inventory))

  const agreed = async (dry: Report, { report, code }: Ended & { report: Report }) => {
    const failed = failures(report)
    const logs = failed.length === 0 ? [] : await logsOf(lab.hosts)
    expect({ failed, logs }).toEqual({ failed: [], logs: [] })
    expect(code).toBe(0)
    return agreement(dry, report)
  }

  test(
    'a dry run of bare hosts says what converging them does, and does nothing itself',
    async () => {
      let dry = await dryRun()
      expect(dry.code).toBe(3)
      let real = await lab.run(inventory)
      if (real.code !== 0 && (await mysqlBrokeItself(lab.hosts))) {
        await lab.down()
        await boot()
        dry = await dryRun()
        real = await lab.run(inventory)
      }
      const { untrue, untold, doubted, doubt } = await agreed(dry.report, real)
      expect({ untrue, untold }).toEqual({ untrue: [], untold: [] })
      if (doubt >= DOUBT) expect(doubted).toEqual([])
      expect(doubt).toBeLessThan(DOUBT)
    },
    15 * MINUTES,
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
    'changes nothing when it is provisioned again, and a dry run says so',
    async () => {
      const dry = await dryRun()
      expect(changed(dry.report)).toEqual([])
      expect(dry.code).toBe(0)
      const { report } = await lab.run(inventory)
      expect(changed(report)).toEqual([])
      for (const host of hosts) expect(report.hosts[host]).toMatchObject({ changed: 0, failed: 0 })
    },
    3 * MINUTES,
  )

  test(
    'a dry run of hosts that drifted names each drift, and what putting them right does',
    async () => {
      for (const { part, script } of DRIFTS) await onHost(lab.host(parts[part]), script)
      const dry = await dryRun()
      const named = new Set(
        dry.report.tasks
          .filter(({ status }) => status === 'changed')
          .map(({ host, task }) => `${host}: ${task.replace(/^.* : /, '')}`),
      )
      const unnoticed = DRIFTS.filter(({ part, task }) => !named.has(`${parts[part]}: ${task}`))
      expect(unnoticed.map(drift => drift.case)).toEqual([])
      const { untrue, untold } = await converge(dry.report)
      expect({ untrue, untold }).toEqual({ untrue: [], untold: [] })
      const { report } = await lab.run(inventory)
      expect(changed(report)).toEqual([])
    },
    10 * MINUTES,
  )
}
