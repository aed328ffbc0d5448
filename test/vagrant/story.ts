import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { changed, failures, type Report } from '../lab/report.ts'
import { DRIFTS, type Part } from '../lab/truth/drifts.ts'
import { agreement } from '../lab/truth/measures.ts'
import { rebootAll } from './reboot.ts'
import { MACHINES, onMachine, STATE, type Machine } from './machines.ts'
import { packagesThroughUs } from './packagecache.ts'
import { provision, startPage } from './site.ts'
import { setStage, type Stage, type Undo } from './stage.ts'
import { say, type Steps } from './steps.ts'

/**
 * From nothing to nothing. Whatever fails, this computer is left as it was; with `keep` the machines
 * stay, so that one can look at them.
 */
export const story = async (steps: Steps, keep: boolean): Promise<void> => {
  const undo: Undo = []
  try {
    const stage = await setStage(steps, undo)
    await bareMachines(steps, stage, undo)
    await theirSite(steps, stage)
    await drifts(steps, stage)
    await steps.do('`vagrant destroy` leaves nothing', async () => {
      await stage.clear()
      assert.deepEqual(await stage.belongings(), stage.before)
      assert(!existsSync(STATE))
    })
  } catch (error) {
    if (keep) undo.length = 0
    throw error
  } finally {
    for (const step of undo.reverse()) await step().catch(reportLeft)
  }
}

/** What fails first is what the test says; what could not be put back is a remark. */
const reportLeft = (error: unknown): void => {
  process.exitCode = 1
  say(`something is left: ${String(error)}`)
}

const bareMachines = async (steps: Steps, { vagrant, apt }: Stage, undo: Undo): Promise<void> => {
  await steps.do('`vagrant up --no-provision`: three bare machines', () =>
    vagrant.run('up', '--no-provision'),
  )
  if (apt !== undefined) undo.push(await packagesThroughUs(apt))
  const dry = await steps.do('a dry run of them', () => provision('--dry-run'))
  assert.deepEqual(failures(dry.report), [])
  assert.equal(dry.code, 3)
  const real = await steps.do('the run that it told of', () => provision())
  agree(dry.report, real)
}

const agree = (dry: Report, { code, report }: { code: number; report: Report }): void => {
  assert.deepEqual(failures(report), [])
  assert.equal(code, 0)
  const { untrue, untold, changed: count, doubt } = agreement(dry, report)
  assert.deepEqual({ untrue, untold }, { untrue: [], untold: [] })
  say(
    `of ${count} changes none was untold, and none told of did not happen; ${Math.round(doubt * 100)} % doubtful`,
  )
}

const theirSite = async (steps: Steps, { vagrant }: Stage): Promise<void> => {
  await steps.do('`vagrant provision` changes nothing, and verifies the site', () =>
    changesNothing(vagrant.run('provision')),
  )
  await steps.do('the site answers this computer', async () => {
    assert.match(await startPage(), /<h1>Guest book<\/h1>/)
  })
  await steps.do('every machine reboots, and all its units start', rebootAll)
  await steps.do('the site is verified as it came back', () => succeeds('playbooks/verify.yml'))
  await steps.do('`vagrant up` of machines that run: the same', () =>
    changesNothing(vagrant.run('up')),
  )
}

/** In its first run, which is the site's; the one that verifies stops a web server for a moment. */
const changesNothing = async (output: Promise<string>): Promise<void> => {
  const [site = '', verification = ''] = (await output).split(/^done in /m)
  for (const name of MACHINES) {
    assert.match(site, new RegExp(`^${name} .*changed=0 .*failed=0 `, 'm'))
    assert.match(verification, new RegExp(`^${name} .*failed=0 `, 'm'))
  }
}

const succeeds = async (...args: readonly string[]): Promise<void> => {
  const { code, report } = await provision(...args)
  assert.deepEqual(failures(report), [])
  assert.equal(code, 0)
}

const nothingToDo = async (): Promise<void> => {
  const { code, report } = await provision('--dry-run')
  assert.deepEqual(changed(report), [])
  assert.equal(code, 0)
}

/** Of the drifts that the lab's tests know, those that need no packages: these take emulation long. */
const SHOWN_NAMES = [
  'a file is edited',
  'a mode is changed',
  'a service is stopped and disabled',
  'a rule is added to the firewall by hand',
  'a replica is stopped',
  'a file is deleted',
  'the time zone is another',
]
const SHOWN = DRIFTS.filter(({ case: name }) => SHOWN_NAMES.includes(name))
assert.equal(SHOWN.length, SHOWN_NAMES.length)

/** Which machine has which part of the site. */
const PARTS: Readonly<Record<Part, Machine>> = { balancer: 'lb1', primary: 'web1', replica: 'web2' }

const drifts = async (steps: Steps, { vagrant }: Stage): Promise<void> => {
  await steps.do('`vagrant snapshot save`', async () => {
    for (const name of MACHINES) await vagrant.run('snapshot', 'save', name, 'converged')
  })
  await steps.do(`${String(SHOWN.length)} drifts happen`, async () => {
    for (const { part, script } of SHOWN) await onMachine(PARTS[part], script)
  })
  const dry = await steps.do('a dry run names each of them', () => provision('--dry-run'))
  const named = changed(dry.report).map(
    ({ host, task }) => `${host}: ${task.replace(/^.* : /, '')}`,
  )
  const unnoticed = SHOWN.filter(({ part, task }) => !named.includes(`${PARTS[part]}: ${task}`))
  assert.deepEqual(
    unnoticed.map(drift => drift.case),
    [],
  )
  agree(dry.report, await steps.do('they are repaired', () => provision()))
  await steps.do('`vagrant snapshot restore`: the same without a repair', async () => {
    for (const name of MACHINES)
      await vagrant.run('snapshot', 'restore', name, 'converged', '--no-provision')
    await nothingToDo()
  })
}
