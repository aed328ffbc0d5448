import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { labSsh } from '../../src/lab/index.ts'
import { TestLab } from './provision.ts'
import { changed, failures, type Report } from './report.ts'
import { MINUTES } from './limits.ts'
const PLAYBOOK = 'test/lab/files/site.yml'

describe.each(['debian-12', 'debian-13'])('file modules on %s', image => {
  let lab: TestLab
  let inventory: string
  beforeAll(async () => {
    lab = await TestLab.up(`t-files-${image}`, image, ['box'])
    inventory = join(lab.directory, 'hosts.yml')
    await writeFile(inventory, JSON.stringify({ all: { hosts: { box: null } } }))
    const command = ['mkdir -p /srv/old/below && chmod 0 /srv/old']
    await labSsh({ lab: lab.name, host: 'box', command })
  }, 5 * MINUTES)
  afterAll(() => lab.down(), MINUTES)

  const run = (...args: readonly string[]) => lab.run(inventory, PLAYBOOK, ...args)
  let foretold: Report

  test(
    'a dry run changes nothing and knows everything',
    async () => {
      const { report, code } = await run('--dry-run')
      expect(failures(report)).toEqual([])
      const maybes = report.tasks.filter(({ status }) => status === 'maybe')
      expect(maybes.map(({ task, message }) => [task, message])).toEqual([])
      expect(code).toBe(3)
      foretold = report
    },
    MINUTES,
  )

  test(
    'a real run changes what the dry run said, and proves it',
    async () => {
      const { report } = await run()
      expect(failures(report)).toEqual([])
      expect(summaries(report)).toEqual(summaries(foretold))
    },
    2 * MINUTES,
  )

  test(
    'a second run changes nothing',
    async () => {
      const { report, code } = await run()
      expect(changed(report)).toEqual([])
      expect(code).toBe(0)
    },
    MINUTES,
  )
})

const summaries = ({ tasks }: Report) =>
  tasks.map(({ task, status, changes }) => [task, status, changes.map(({ summary }) => summary)])
