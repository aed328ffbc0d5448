import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onHost, TestLab, type Ended } from './provision.ts'
import type { Report } from './report.ts'
import { MINUTES } from './limits.ts'

/** Tasks that install packages, side by side: one in a loop, and one whose package comes along with another. */
const PLAYBOOK = `
- hosts: all
  gather_facts: false
  tasks:
    - { name: Lists are there, apt: { update_cache: true, cache_valid_time: 86400 } }
    - { name: One, apt: { name: tree } }
    - { name: Two, apt: { name: [jq, figlet] } }
    - { name: Comes along, apt: { name: libjq1 } }
    - { name: Loop, apt: { name: "{{ item }}" }, loop: [tree, toilet] }
    - { name: By another name, package: { name: sl } }
`

let lab: TestLab
beforeAll(async () => {
  lab = await TestLab.up('t-joined', 'debian-13', ['together', 'apart', 'broken'])
  await writeFile(join(lab.directory, 'packages.yml'), PLAYBOOK)
}, 5 * MINUTES)
afterAll(() => lab.down(), MINUTES)

const run = (host: string, ...flags: readonly string[]): Promise<Ended & { report: Report }> =>
  lab.run(lab.connections, join(lab.directory, 'packages.yml'), '--limit', host, ...flags)

/** What was done, without names and times of hosts. */
const told = ({ tasks }: Report): unknown[] =>
  tasks.map(({ task, item, status, changes }) => ({ task, item, status, changes }))

const transactions = async (host: string): Promise<number> =>
  Number(
    await onHost(
      lab.host(host),
      `grep -c '^Commandline: apt-get.* install' /var/log/apt/history.log || :`,
    ),
  )

test(
  'packages of tasks side by side are one transaction, and reported as if each were its own',
  async () => {
    const before = await Promise.all([transactions('together'), transactions('apart')])
    const together = await run('together')
    const apart = await run('apart', '--no-look-ahead')
    expect(told(together.report)).toEqual(told(apart.report))
    expect(together.report.hosts['together']).toMatchObject({ changed: 5, failed: 0 })
    const after = await Promise.all([transactions('together'), transactions('apart')])
    expect(after.map((count, i) => count - (before[i] ?? 0))).toEqual([1, 4])
    const again = await run('together')
    expect(again.report.hosts['together']).toMatchObject({ changed: 0, failed: 0 })
  },
  4 * MINUTES,
)

test(
  'where it fails it says so, and the right task fails',
  async () => {
    const owned = await onHost(lab.host('together'), 'dpkg -L figlet')
    const file = owned.split('\n').find(name => name.startsWith('/usr/bin/')) ?? ''
    // dpkg cannot put a file where something is mounted.
    await onHost(lab.host('broken'), `touch ${file} && mount --bind ${file} ${file}`)
    const { report, stderr } = await run('broken')
    const ended = report.tasks.map(({ task, status }) => `${task}: ${status}`)
    expect(ended).toEqual(['Lists are there: changed', 'One: changed', 'Two: failed'])
    expect(report.tasks.at(-1)?.message).toContain('figlet')
    expect(stderr).toContain('broken: one transaction for several tasks failed')
  },
  4 * MINUTES,
)
