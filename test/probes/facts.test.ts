import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Output } from '../../src/core/wire.ts'
import { facts, type Facts } from '../../src/probes/facts.ts'

const output = (stdout: Buffer | string): Output => ({
  code: 0,
  stdout: Buffer.from(stdout),
  stderr: Buffer.from(''),
  ms: 0,
  timedOut: false,
})

const read = (stdout: Buffer | string, factPath = '/etc/ansible/facts.d'): Facts => {
  const probe = facts({ factPath })
  const [found] = probe.kind.read(output(stdout), [probe.question])
  if (found?.kind !== 'answer') throw new Error(`no answer: ${JSON.stringify(found)}`)
  return found.value
}

const sent = (
  values: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): string => {
  const words = Object.entries(values).map(([name, value]) => `${name}\0${value}\0`)
  const lines = Object.entries(files).flatMap(([path, text]) =>
    text.split('\n').map(line => `${path}:${line}\n`),
  )
  return `${words.join('')}files\0${lines.join('')}`
}

describe('on this machine', () => {
  const directory = mkdtempSync(join(tmpdir(), 'facts-'))
  writeFileSync(join(directory, 'app.fact'), '{"version": 3}')
  writeFileSync(join(directory, 'ini.fact'), '[General]\nColour=blue\n')
  writeFileSync(join(directory, 'run.fact'), '#!/bin/sh\necho \'["ran"]\'\n', { mode: 0o755 })
  writeFileSync(join(directory, 'bad.fact'), '#!/bin/sh\nexit 7\n', { mode: 0o755 })

  test.each([['dash'], ['bash --norc --posix'], ['busybox sh']])('%s gathers them', shell => {
    const [program = '', ...options] = shell.split(' ')
    const probe = facts({ factPath: directory })
    const script = probe.kind.ask([probe.question]).text
    const ran = spawnSync(program, [...options, '-c', script], {
      env: { PATH: process.env['PATH'] },
    })
    expect(String(ran.stderr)).toBe('')
    const found = read(ran.stdout, directory)
    expect(found.system).toMatchObject({
      system: 'Linux',
      user_uid: process.getuid?.(),
      env: { PATH: process.env['PATH'] },
      local: {
        app: { version: 3 },
        ini: { General: { colour: 'blue' } },
        run: ['ran'],
        bad: 'error executing fact: exit code 7',
      },
    })
    expect(Number(found.hardware['memtotal_mb'])).toBeGreaterThan(10)
    expect(found.network['interfaces']).toContain('lo')
    expect(found.network['lo']).toMatchObject({ type: 'loopback', ipv4: { address: '127.0.0.1' } })
  })
})

test('an output that ends early is an error and not a machine without facts', () => {
  const probe = facts({ factPath: '/x' })
  expect(probe.kind.read(output('machine\0x86_64\0'), [probe.question])).toMatchObject([
    { kind: 'error' },
  ])
})

test('a local fact cannot pass for the beginning of the files', () => {
  const found = read(sent({ 'local0:x': 'files', machine: 'm' }, { '/proc/1/comm': 'systemd' }))
  expect(found.system).toMatchObject({ machine: 'm', service_mgr: 'systemd' })
})

test.each([
  {
    case: 'Debian 12 with its point release',
    files: {
      '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm',
      '/etc/debian_version': '12.11',
    },
    is: {
      distribution: 'Debian',
      distribution_version: '12.11',
      distribution_major_version: '12',
      distribution_release: 'bookworm',
      os_family: 'Debian',
    },
  },
  {
    case: 'Debian sid, which has no version',
    files: {
      '/etc/os-release': 'ID=debian\nVERSION_CODENAME=forky',
      '/etc/debian_version': 'forky/sid',
    },
    is: { distribution_version: 'forky/sid', distribution_release: 'forky' },
  },
  {
    case: 'Ubuntu',
    files: {
      '/etc/os-release': 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nVERSION_CODENAME=noble',
      '/etc/debian_version': 'trixie/sid',
    },
    is: { distribution: 'Ubuntu', distribution_version: '24.04', os_family: 'Debian' },
  },
  {
    case: 'a distribution that we do not know, by what it is like',
    files: { '/etc/os-release': 'ID=zorin\nID_LIKE="ubuntu debian"\nVERSION_ID=17' },
    is: { distribution: 'Zorin', distribution_major_version: '17', os_family: 'Debian' },
  },
  {
    case: 'the full name from /etc/hosts',
    files: {
      '/proc/sys/kernel/hostname': 'web1',
      '/etc/hosts': '127.0.0.1 localhost\n192.0.2.7 web1.foobar.com web1 # ours',
    },
    is: { hostname: 'web1', fqdn: 'web1.foobar.com', domain: 'foobar.com' },
  },
  {
    case: 'a container',
    files: { '/run/systemd/container': 'lxc' },
    is: { virtualization_type: 'lxc', virtualization_role: 'guest' },
  },
  {
    case: 'an environment with a line break in a value',
    files: { '/proc/self/environ': 'A=1\n2\0B=3\0' },
    is: { env: { A: '1\n2', B: '3' } },
  },
])('system: $case', ({ files, is }) => {
  expect(read(sent({ machine: 'x86_64' }, files)).system).toMatchObject(is)
})

test('the default route and its address', () => {
  const found = read(
    sent(
      {
        addresses: [
          '2: eth0    inet 192.0.2.7/26 brd 192.0.2.63 scope global eth0\\       valid_lft forever',
          '2: eth0    inet6 fe80::1/64 scope link \\       valid_lft forever',
          '2: eth0    inet 192.0.2.9/32 scope global secondary eth0',
        ].join('\n'),
        'link:/sys/class/net/eth0': 'ether',
      },
      {
        '/sys/class/net/eth0/address': '02:00:00:00:00:07',
        '/sys/class/net/eth0/mtu': '1500',
        '/sys/class/net/eth0/flags': '0x1003',
        '/proc/net/route': [
          'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU',
          'wlan0\t00000000\tFE0200C0\t0003\t0\t0\t600\t00000000\t0',
          'eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0',
        ].join('\n'),
        '/proc/net/ipv6_route':
          '00000000000000000000000000000000 00 00000000000000000000000000000000 00 20010db8000000000000000000000001 00000400 00000001 00000000 00000003     eth0',
      },
    ),
  ).network
  expect(found['default_ipv4']).toEqual({
    interface: 'eth0',
    alias: 'eth0',
    gateway: '192.0.2.1',
    macaddress: '02:00:00:00:00:07',
    mtu: 1500,
    type: 'ether',
    address: '192.0.2.7',
    broadcast: '192.0.2.63',
    netmask: '255.255.255.192',
    network: '192.0.2.0',
    prefix: '26',
  })
  expect(found['default_ipv6']).toMatchObject({ gateway: '2001:db8::1', interface: 'eth0' })
  expect(found['eth0']).toMatchObject({
    active: true,
    ipv4: { address: '192.0.2.7' },
    ipv4_secondaries: [{ address: '192.0.2.9' }],
    ipv6: [{ address: 'fe80::1', prefix: '64', scope: 'link' }],
  })
  expect(found['all_ipv4_addresses']).toEqual(['192.0.2.7', '192.0.2.9'])
})
