import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { lines, sh, type Words } from '../../src/core/shell.ts'
import type { Output } from '../../src/core/wire.ts'
import { dueAdd, dueProbe, dueRemove } from '../../src/host/due.ts'
import { lock, lockRefusal, type Holder } from '../../src/host/lock.ts'
import type { ConnectedMachine } from '../../src/host/machine.ts'
import { LOGIN, machineWith, scratch } from './support.ts'

/** As an account that is not root, so that the tests keep to their own directory. */
const elsewhere = (home: string, script: Words): Words =>
  lines(sh`HOME=${home}; id() { echo 1000; }`, script)

describe.each(['dash', 'bash', 'busybox'])('what is kept on a host, on %s', shell => {
  const base = scratch(async () => {
    await Promise.all([machine.close(), other.close()])
  })
  let machine: ConnectedMachine
  let other: ConnectedMachine
  let home: string
  let count = 0
  beforeAll(() => {
    machine = machineWith(base, shell)
    other = machineWith(base, shell)
  })
  beforeEach(() => {
    home = join(base, `home${++count}`)
    mkdirSync(home)
  })

  const run = async (script: Words, on = machine): Promise<Output> => {
    const [output] = await on.run([{ script: elsewhere(home, script) }], LOGIN)
    return output as Output
  }
  const asked = dueProbe.kind.ask([null]) as Words
  const due = async (): Promise<unknown> => dueProbe.kind.read(await run(asked), [null])[0]
  const names = (value: readonly string[]): unknown => ({ kind: 'answer', value })
  const kept = (): string => join(home, '.local/state/provision')

  test('handlers are due until they have run', async () => {
    const odd = `it's\na "handler" \\ with $all`
    expect(await due()).toEqual(names([]))
    expect(existsSync(kept())).toBe(false)
    expect((await run(dueAdd(['restart nginx', odd]))).code).toBe(0)
    await run(dueAdd(['restart nginx', 'reload']))
    expect(await due()).toEqual(names(['restart nginx', odd, 'reload']))
    await run(dueRemove([odd, 'never notified']))
    expect(await due()).toEqual(names(['restart nginx', 'reload']))
    await run(dueRemove(['restart nginx', 'reload']))
    expect(readdirSync(kept())).toEqual([])
  })

  test('what somebody else has written there is refused by name', async () => {
    mkdirSync(kept(), { recursive: true })
    writeFileSync(join(kept(), 'due'), 'nonsense\n')
    expect(await due()).toEqual({
      kind: 'error',
      message: 'its file "due" was changed by hand: nonsense',
    })
  })

  const alice: Holder = { who: 'alice@laptop', since: '10:00', run: 'a1' }
  const bob: Holder = { who: 'bob@desk', since: '10:05', run: 'b2' }
  const take = async (holder: Holder, on = machine) => {
    const request = lock(holder)
    const [output] = await on.run([{ ...request, script: elsewhere(home, request.script) }], LOGIN)
    return lockRefusal(output as Output, 'web1')
  }

  test('one run holds a machine; another is told who and since when', async () => {
    expect(await take(alice)).toBeUndefined()
    expect(await take(alice)).toBeUndefined()
    const refused = await take(bob, other)
    expect(refused).toMatchObject({ code: 'E_LOCKED' })
    expect(refused?.message).toContain('alice@laptop has been changing it since 10:00')
    await machine.closeShells()
    expect(await take(bob, other)).toBeUndefined()
    expect(await take(alice)).toMatchObject({ code: 'E_LOCKED' })
    expect(readdirSync(kept())).toEqual(['lock'])
  })

  test('an account without a home of its own keeps it where a reboot leaves it', async () => {
    const id = 3_000_000 + process.pid
    const place = `/var/tmp/provision-${id}`
    const homeless = (script: Words): Words =>
      lines(sh`HOME=/nonexistent; id() { echo ${id}; }`, script)
    try {
      const [added] = await machine.run([{ script: homeless(dueAdd(['reload'])) }], LOGIN)
      expect(added).toMatchObject({ code: 0 })
      expect(readdirSync(place)).toEqual(['due'])
      rmSync(place, { recursive: true })
      symlinkSync(home, place)
      const [refused] = await machine.run([{ script: homeless(dueAdd(['reload'])) }], LOGIN)
      expect(refused).toMatchObject({ code: 1 })
      expect(String(refused?.stderr)).toContain('belongs to another account')
      expect(readdirSync(home)).toEqual([])
    } finally {
      rmSync(place, { recursive: true, force: true })
    }
  })

  test('the shell that has the lock leaves it alone, another of the same run takes it over', async () => {
    const inode = (): number => statSync(join(kept(), 'lock')).ino
    await take(alice)
    const first = inode()
    await take(alice)
    expect(inode()).toBe(first)
    await take(alice, other)
    expect(inode()).not.toBe(first)
    await machine.reset()
    expect(await take(bob)).toMatchObject({ code: 'E_LOCKED' })
  })

  test('the lock of a run that died is void', async () => {
    expect(await take(alice, other)).toBeUndefined()
    await other.reset()
    expect(await take(bob)).toBeUndefined()
    expect(readdirSync(kept())).toEqual(['lock'])
  })
})
