import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readAptSetup, type AptSetup } from '../../src/lab/apt.ts'
import { labRoot } from '../../src/lab/index.ts'
import { withLock } from '../../src/lab/lock.ts'
import { boxFor } from './box.ts'
import { must, run } from './command.ts'
import { belongingsOfLibvirt, POOL, removePool, removeVolumesOf, startLibvirt } from './libvirt.ts'
import { MACHINES, STATE } from './machines.ts'
import type { Steps } from './steps.ts'
import { Vagrant } from './vagrant.ts'

/** What the story is played on. */
export interface Stage {
  readonly vagrant: Vagrant
  /** This machine's apt, if it is Debian and ours: it then builds boxes and keeps packages. */
  readonly apt: AptSetup | undefined
  /** By name, all that the provider has. */
  readonly belongings: () => Promise<readonly string[]>
  /** What it had at first. */
  readonly before: readonly string[]
  /** Destroys the machines, and removes what providers keep for the next ones. */
  readonly clear: () => Promise<void>
}

/** What puts this computer back as it was, in the order in which it was changed. */
export type Undo = (() => Promise<void>)[]

/** Sees to a provider, a box and a place without machines. */
export const setStage = async (steps: Steps, undo: Undo): Promise<Stage> => {
  if (existsSync(STATE))
    throw new Error('there are machines already: run `vagrant destroy` in vagrant/ first')
  const apt = await aptOfMachine()
  const provider = process.env['VAGRANT_DEFAULT_PROVIDER'] ?? (apt ? 'libvirt' : 'virtualbox')
  const libvirt = provider === 'libvirt'
  if (libvirt) undo.push(await steps.do('libvirt answers', startLibvirt))
  const belongings = libvirt ? belongingsOfLibvirt : belongingsOfVirtualBox
  const before = await belongings()
  const taken = MACHINES.map(name => `domain provision_${name}`).filter(at => before.includes(at))
  if (taken.length > 0)
    throw new Error(
      `libvirt has ${taken.join(', ')}: another clone made them, and has to destroy them`,
    )
  const box = await steps.do('the box is there', () => boxFor(provider, apt))
  const vagrant = new Vagrant(box.name, provider)
  const clear = async (): Promise<void> => {
    await vagrant.run('destroy', '--force')
    await box.remove()
    if (!libvirt) return
    await removeVolumesOf(box.name)
    if (!before.includes(POOL)) await removePool()
  }
  undo.push(clear)
  return { vagrant, apt, belongings, before, clear }
}

const aptOfMachine = async (): Promise<AptSetup | undefined> => {
  const ours = process.getuid?.() === 0 && (await run('which', ['apt-get'])).code === 0
  if (!ours) return undefined
  return withLock(join(labRoot(), 'locks/test-vagrant'), lock => readAptSetup({ lock }))
}

const belongingsOfVirtualBox = async (): Promise<readonly string[]> =>
  (await must('VBoxManage', ['list', 'vms'])).split('\n').filter(Boolean)
