import type { Guard } from '../../src/core/change.ts'
import { constant, sh, type Words } from '../../src/core/shell.ts'
import type { ConnectedMachine } from '../../src/host/machine.ts'
import { guarded } from '../../src/host/guard.ts'
import { labMachine } from './host-support.ts'
import { MINUTES } from './limits.ts'

jest.setTimeout(2 * MINUTES)

const SECONDS = 5
const ROOT = { user: 'root' }
const { reach } = labMachine('t-host-guard')

beforeAll(async () => {
  const install = constant('apt-get -qq update && apt-get -qqy install nftables procps >/dev/null')
  expect(await reach().run([{ script: install }], ROOT)).toMatchObject([{ code: 0 }])
})

// systemd refuses a unit that failed to start five times in ten seconds, until it is reset.
const SSHD_AGAIN = constant(
  'cp -a saved /etc/ssh/sshd_config; systemctl reset-failed ssh; systemctl restart ssh',
)

interface Lock extends Guard {
  readonly case: string
  readonly change: Words
}

const LOCKS: readonly Lock[] = [
  {
    case: 'a rule set that drops everything, established connections too',
    why: 'the firewall could lock us out',
    save: constant(`{ echo 'flush ruleset'; nft list ruleset; } >saved`),
    change: constant(`nft -f - <<E
table inet deaf {
  chain in { type filter hook input priority 0; policy drop; }
  chain out { type filter hook output priority 0; policy drop; }
}
E`),
    undo: sh`nft -f saved`,
  },
  {
    case: 'an sshd that does not start',
    why: 'sshd could refuse us',
    save: sh`cp -a /etc/ssh/sshd_config saved`,
    change: constant('echo Nonsense yes >>/etc/ssh/sshd_config; systemctl restart ssh || :'),
    undo: SSHD_AGAIN,
  },
  {
    case: 'an sshd that listens elsewhere',
    why: 'sshd could refuse us',
    save: sh`cp -a /etc/ssh/sshd_config saved`,
    change: constant('echo Port 2222 >>/etc/ssh/sshd_config; systemctl restart ssh'),
    undo: SSHD_AGAIN,
  },
  {
    case: 'an sshd that takes one more connection on the old terms, as before it handles a SIGHUP',
    why: 'sshd could refuse us',
    save: sh`:`,
    change: constant(`/usr/sbin/sshd -p 2222 -o AllowUsers=nobody -o PidFile=/run/strict.pid
nft -f - <<E
table inet late {
  chain in {
    type nat hook prerouting priority dstnat
    tcp dport 22 limit rate 1/hour burst 1 packets return
    tcp dport 22 redirect to :2222
  }
}
E`),
    undo: constant('nft delete table inet late; kill "$(cat /run/strict.pid)"'),
    secondTells: true,
  },
  {
    case: 'a sudoers file that locks our account out',
    why: 'sudo could refuse us',
    save: sh`:`,
    change: constant(
      `echo 'admin ALL=(ALL) !ALL' >/etc/sudoers.d/zz-lock; chmod 440 /etc/sudoers.d/zz-lock`,
    ),
    undo: sh`rm -f /etc/sudoers.d/zz-lock`,
  },
]

const one = async (machine: ConnectedMachine, script: Words): Promise<string> => {
  const [output] = await machine.run([{ script }], ROOT)
  expect(output).toMatchObject({ code: 0 })
  return output?.stdout.toString() ?? ''
}

/** What a guard has left: its directory and its process. */
const LEFT = constant('ls -d /run/provision-guard-* 2>/dev/null; pgrep -fl [.]/watch; :')

test.each(LOCKS)('$case: the machine undoes it by itself, and says so', async lock => {
  const machine = reach({ user: 'admin' })
  const changing = guarded(machine, ROOT, lock, () => one(machine, lock.change), SECONDS)
  const error = await changing.catch((it: unknown) => it)
  expect(String(error)).toContain('has undone the change')
  expect(error).toMatchObject({ code: 'E_LOCKED_OUT' })
  expect(await one(machine, sh`echo back`)).toBe('back\n')
  expect(await one(reach({ user: 'admin' }), LEFT)).toBe('')
})

test('a change that lets us in stays, and nothing of the guard is left', async () => {
  const machine = reach({ user: 'admin' })
  const guard = { why: 'x', save: sh`:`, undo: sh`rm -f /run/kept` }
  await guarded(machine, ROOT, guard, () => one(machine, sh`touch /run/kept`), 3)
  await new Promise(resolve => setTimeout(resolve, 4500))
  expect(await one(machine, sh`ls /run/kept`)).toBe('/run/kept\n')
  expect(await one(machine, LEFT)).toBe('')
})

test('it fires also when we have died', async () => {
  const machine = reach({ user: 'admin' })
  const guard = { why: 'x', save: sh`:`, undo: sh`touch /run/fired` }
  const dead = guarded(
    machine,
    ROOT,
    guard,
    () => machine.close().then(() => new Promise(() => undefined)),
    2,
  )
  void dead.catch(() => undefined)
  await new Promise(resolve => setTimeout(resolve, 6000))
  expect(await one(reach({ user: 'admin' }), sh`ls /run/fired`)).toBe('/run/fired\n')
})

test('nothing is changed when what is there cannot be saved', async () => {
  const machine = reach({ user: 'admin' })
  const guard = { why: 'x', save: constant('set -e; false; true'), undo: sh`:` }
  const change = jest.fn(() => Promise.resolve())
  await expect(guarded(machine, ROOT, guard, change)).rejects.toMatchObject({ code: 'E_GUARD' })
  expect(change).not.toHaveBeenCalled()
})
