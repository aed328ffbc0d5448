import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlanDocument } from '../../src/plan/document.ts'
import { MINUTES } from './limits.ts'
import { DRIFTS, PLAYBOOK } from './plans/ledger.ts'
import { onHost, provision, TestLab, type Ended } from './provision.ts'
import { failures, type Report } from './report.ts'

let lab: TestLab
let playbook: string
const file = (name: string): string => join(lab.directory, name)

beforeAll(async () => {
  lab = await TestLab.up('t-plans', 'debian-13', ['one', 'two'])
  process.env['XDG_STATE_HOME'] = file('state')
  playbook = file('ledger.yml')
  await writeFile(playbook, PLAYBOOK)
}, 10 * MINUTES)
afterAll(() => lab.down(), MINUTES)

const planned = async (name: string, release: number, limit: string): Promise<Ended> => {
  const inputs = ['-i', lab.connections, '-l', limit, '-e', `release=${release}`]
  return provision('plan', ...inputs, '-o', file(name), playbook)
}

const shown = async (name: string): Promise<Pick<Report, 'tasks'>> => {
  const { code, stdout, stderr } = await provision('show', file(name), '--output', 'json')
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as Report
}

const document = async (name: string): Promise<PlanDocument> =>
  JSON.parse(await readFile(file(name), 'utf8')) as PlanDocument

const applied = async (
  name: string,
  release: number,
): Promise<{ code: number; report: Report }> => {
  const { code, stdout, stderr } = await provision(
    ...['apply', '-e', `release=${release}`, '--output', 'json', file(name)],
  )
  if (!stdout.startsWith('{')) throw new Error(`no report: ${stderr}${stdout}`)
  return { code, report: JSON.parse(stdout) as Report }
}

/** What changed on a host, task by task and in order. */
const changesIn = ({ tasks }: Pick<Report, 'tasks'>, host: string) =>
  tasks
    .filter(task => task.host === host && task.status === 'changed')
    .map(({ task, item, changes }) => ({ task, item, changes }))

const refusalOf = ({ tasks }: Report, host: string): string | null =>
  tasks.find(task => task.host === host && task.status === 'failed')?.message ??
  'nothing is refused'

test(
  'a plan of a bare host, the run that keeps to it and a plain run of its twin say the same',
  async () => {
    const { code, stdout, stderr } = await planned('bare', 1, 'one')
    expect([code, stderr]).toEqual([3, ''])
    expect(stdout).toContain('run `provision apply')
    expect((await stat(file('bare'))).mode & 0o777).toBe(0o600)
    const { tasks } = await shown('bare')
    expect(await onHost(lab.host('one'), 'ls /etc/ledger 2>&1 || true')).toContain('No such file')

    const { report } = await applied('bare', 1)
    const plain = await lab.run(lab.connections, '-l', 'two', '-e', 'release=1', playbook)
    expect([...failures(report), ...failures(plain.report)]).toEqual([])
    const done = changesIn(report, 'one')
    expect(changesIn(plain.report, 'two')).toEqual(done)
    const maybes = tasks.filter(({ status }) => status === 'maybe').map(({ task }) => task)
    expect(maybes).toEqual([])
    expect(changesIn({ tasks }, 'one')).toEqual(done)
    expect(done.length).toBeGreaterThan(8)
    expect(await onHost(lab.host('one'), 'cat /etc/ledger/release')).toBe('release 1')
  },
  5 * MINUTES,
)

test(
  'where nothing would change a plan exits with 0, and can be applied',
  async () => {
    expect(await planned('same', 1, 'one')).toMatchObject({ code: 0 })
    expect((await document('same')).hosts['one']?.tasks).toEqual([])
    const { code, report } = await applied('same', 1)
    expect(code).toBe(0)
    expect(changesIn(report, 'one')).toEqual([])
  },
  MINUTES,
)

describe('a plan that was made before something was changed by hand', () => {
  beforeAll(async () => {
    expect(await planned('release', 2, 'one')).toMatchObject({ code: 3 })
    const tasks = (await document('release')).hosts['one']?.tasks.map(({ task }) => task)
    expect(tasks).toEqual(['Release is noted', 'Ledger is restarted'])
  }, MINUTES)

  test.each(DRIFTS)(
    'is refused, the difference named and nothing done: $case',
    async ({ script, undo, task }) => {
      const one = lab.host('one')
      const started = 'systemctl show -P InvocationID ledger; ls -l --full-time /etc/ledger'
      await onHost(one, script)
      const before = await onHost(one, started)
      const { code, report } = await applied('release', 2)
      const after = await onHost(one, started)
      await onHost(one, undo)
      expect(refusalOf(report, 'one')).toContain(`: ${task}\n`)
      expect(refusalOf(report, 'one')).toContain('done before: nothing')
      expect(code).toBe(2)
      expect(changesIn(report, 'one')).toEqual([])
      expect(after).toBe(before)
    },
    2 * MINUTES,
  )

  test(
    'is applied once all that is undone',
    async () => {
      const { code, report } = await applied('release', 2)
      expect(refusalOf(report, 'one')).toBe('nothing is refused')
      expect([code, changesIn(report, 'one').length]).toEqual([0, 2])
      expect(await onHost(lab.host('one'), 'cat /etc/ledger/release')).toBe('release 2')
    },
    MINUTES,
  )
})

test(
  'a host that has drifted is left alone, and the other one is done',
  async () => {
    expect(await planned('both', 3, 'one,two')).toMatchObject({ code: 3 })
    await onHost(lab.host('one'), 'chmod 0600 /etc/ledger/settings')
    const { code, report } = await applied('both', 3)
    expect(code).toBe(2)
    expect(refusalOf(report, 'one')).toContain('Settings stand')
    expect(refusalOf(report, 'two')).toBe('nothing is refused')
    const release = 'cat /etc/ledger/release'
    expect(await onHost(lab.host('one'), release)).toBe('release 2')
    expect(await onHost(lab.host('two'), release)).toBe('release 3')
  },
  2 * MINUTES,
)
