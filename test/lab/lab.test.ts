import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cacheLog } from '../../src/lab/cache/start.ts'
import { labDown, labList, labReboot, labSsh, labUp, type LabHost } from '../../src/lab/index.ts'
import { findLab } from '../../src/lab/place.ts'
import { sshArguments } from '../../src/lab/ssh.ts'
import { provision, type Ended } from './provision.ts'
import { traces } from './traces.ts'
import { MINUTES } from './limits.ts'

jest.setTimeout(2 * MINUTES)

const execute = promisify(execFile)
const name = (suffix: string): string => `t-lab-${process.pid}-${suffix}`
const image = 'debian-13'

const command = async (host: LabHost, line: string): Promise<string> =>
  (await execute('ssh', [...sshArguments(host), line])).stdout.trim()

const answers = async (host: string, port = 22): Promise<boolean> => {
  const socket = connect({ host, port, timeout: 500 })
  socket.once('timeout', () => socket.destroy(new Error('silent')))
  const answered = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return answered
}

describe('one lab', () => {
  const lab = name('one')
  let hosts: LabHost[] = []
  const [a, b] = [() => hosts[0] as LabHost, () => hosts[1] as LabHost]

  beforeAll(async () => {
    // Building the image, once on this machine, is not what is tested.
    await labUp({ lab, image, hosts: ['a', 'b'] })
    await labDown({ lab })
  }, 10 * MINUTES)
  afterAll(() => labDown({ lab }))

  test('boots two hosts, all of whose units run', async () => {
    hosts = await labUp({ lab, image, hosts: ['a', 'b'] })
    const facts = 'hostname; systemctl is-system-running; locale | head -n 1; cat /etc/machine-id'
    const [one, other] = await Promise.all([command(a(), facts), command(b(), facts)])
    expect(one).toMatch(/^a\nrunning\nLANG=C.UTF-8\n[0-9a-f]{32}$/)
    expect(other.split('\n')[3]).not.toBe(one.split('\n')[3])
  })

  test('a host is bare: no Python, no firewall, and sudo for a user', async () => {
    const bare =
      'for p in python3 nft iptables unattended-upgrade; do command -v $p; done; sudo id -u'
    expect(await command({ ...a(), user: 'admin' }, bare)).toBe('0')
  })

  test('lists what it has, and leaves alone what runs', async () => {
    expect(await labList({ lab })).toEqual(hosts)
    const before = await command(a(), 'cat /proc/sys/kernel/random/boot_id; uptime --since')
    const again = await labUp({ lab, hosts: ['a', 'b', 'c'] })
    expect(again.map(host => host.name)).toEqual(['a', 'b', 'c'])
    expect(again.slice(0, 2)).toEqual(hosts)
    expect(await command(a(), 'cat /proc/sys/kernel/random/boot_id; uptime --since')).toBe(before)
  })

  test('ssh gives the exit status of the command', async () => {
    expect(await labSsh({ lab, host: 'a', command: ['exit 3'] })).toBe(3)
    await expect(labSsh({ lab, host: 'nobody' })).rejects.toMatchObject({ code: 'E_LAB_NO_HOST' })
  })

  test('hosts reach one another in both families', async () => {
    const { address, address6 } = b()
    await command(a(), `ping -qc1 -W2 ${address} && ping -qc1 -W2 ${address6}`)
    expect(await answers(address6)).toBe(true)
  })

  test('a firewall or a kernel setting of one host is its own', async () => {
    const packages = 'export DEBIAN_FRONTEND=noninteractive; apt-get -q update'
    await command(
      b(),
      `${packages} && apt-get -qy install nftables && sysctl -w net.ipv4.ip_forward=1`,
    )
    const rule =
      'table inet t { chain c { type filter hook input priority 0; tcp dport 22 drop; }; }'
    // After the session in which it is asked for has ended.
    await command(b(), `(sleep 0.3; nft '${rule}') >/dev/null 2>&1 &`)
    await sleep(1000)
    expect(await answers(b().address)).toBe(false)
    expect(await answers(b().address6)).toBe(false)
    expect(await answers(a().address)).toBe(true)
    expect(await command(a(), 'cat /proc/sys/net/ipv4/ip_forward')).toBe('0')
    expect((await execute('nft', ['list', 'tables'])).stdout).not.toContain('table inet t\n')
  })

  test('a rebooted host keeps its files and its address', async () => {
    await command(a(), 'touch /root/kept; echo lost > /run/lost')
    await labReboot({ lab, host: 'a' })
    expect(
      await command(a(), 'ls /root/kept; systemctl is-system-running; ls /run/lost || :'),
    ).toBe('/root/kept\nrunning')
  })

  test('a host that was switched off is started again', async () => {
    await command(a(), 'systemctl poweroff').catch(() => '')
    while ((await labList({ lab }))[0]?.running) await sleep(50)
    await expect(labReboot({ lab, host: 'a' })).rejects.toMatchObject({ code: 'E_LAB_NO_HOST' })
    await labUp({ lab, hosts: ['a'] })
    expect(await command(a(), 'ls /root/kept')).toBe('/root/kept')
  })

  test('a second lab downloads nothing that the first had', async () => {
    await labDown({ lab })
    hosts = await labUp({ lab, image, hosts: ['a'] })
    await command(a(), 'apt-get -q update && apt-get -qy install nftables')
    const found = await findLab(lab)
    const log = found ? await readFile(cacheLog(found), 'utf8') : ''
    expect(log).toContain('hit ')
    expect(log).not.toMatch(/^(miss|stale|error) /m)
  })

  test('another image than that of a host is refused', async () => {
    await expect(labUp({ lab, image: 'debian-sid', hosts: ['a'] })).rejects.toMatchObject({
      code: 'E_LAB_OTHER',
    })
  })

  test('down leaves nothing, and is fine where there is nothing', async () => {
    const bridge = (await findLab(lab))?.bridge
    expect(await traces(lab, bridge)).not.toEqual([])
    await labDown({ lab })
    expect(await traces(lab, bridge)).toEqual([])
    expect(await labList({ lab })).toEqual([])
    await labDown({ lab })
  })
})

test('two labs brought up at the same time do not meet', async () => {
  const labs = [name('left'), name('right')]
  try {
    const [left, right] = await Promise.all(
      labs.map(lab => labUp({ lab, image, hosts: ['same'] }).then(([host]) => host as LabHost)),
    )
    if (!left || !right) throw new Error('a host is missing')
    expect(left.address).not.toBe(right.address)
    expect(left.address6).not.toBe(right.address6)
    await labDown({ lab: name('left') })
    expect(await labList({ lab: name('left') })).toEqual([])
    expect(await command(right, 'hostname')).toBe('same')
  } finally {
    await Promise.all(labs.map(lab => labDown({ lab })))
  }
})

test('the built command line boots a host, which gets packages from the cache, and removes it', async () => {
  const lab = name('built')
  const built = (...words: readonly string[]): Promise<Ended> =>
    provision('lab', ...words, '--lab', lab)
  try {
    expect(await built('up', '--image', image, '--hosts', 'one')).toMatchObject({ code: 0 })
    const [host] = await labList({ lab })
    expect(await command(host as LabHost, 'apt-get -qq update && echo fetched')).toBe('fetched')
  } finally {
    expect(await built('down')).toMatchObject({ code: 0 })
  }
  expect(await labList({ lab })).toEqual([])
})
