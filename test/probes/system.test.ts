import type { Probe } from '../../src/core/probe.ts'
import { userAccount, userGroup } from '../../src/probes/account.ts'
import { crontab } from '../../src/probes/crontab.ts'
import { databaseEntry } from '../../src/probes/entry.ts'
import { firewall } from '../../src/probes/firewall.ts'
import { services } from '../../src/probes/installed.ts'
import { boot, kernelParameter, liveHostname } from '../../src/probes/kernel.ts'
import { pemFiles } from '../../src/probes/pem.ts'
import { sshdOptions } from '../../src/probes/sshd.ts'
import { unit, unitName, unitNames, unreadUnits } from '../../src/probes/unit.ts'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, SHELLS } from './shells.ts'

const read = (probes: readonly Probe<unknown>[], fields: readonly string[], code = 0) =>
  probes[0]?.kind.read(
    {
      code,
      stdout: Buffer.from(fields.map(field => `${field}\0`).join('')),
      stderr: Buffer.from('it failed'),
      ms: 0,
      timedOut: false,
    },
    probes.map(({ question }) => question),
  )

describe('units', () => {
  const blocks = [
    'Id=mariadb.service\nNames=mysql.service mariadb.service\nLoadState=loaded\nActiveState=active',
    'Id=nope.service\nLoadState=not-found\nActiveState=inactive',
    'Id=x.service\nLoadState=masked\nUnitFileState=masked',
  ].join('\n\n')
  const probes = ['mysql.service', 'nope.service', 'x.service'].map(unit)

  test('one answer for each, in order', () => {
    expect(read(probes, [blocks])).toMatchObject([
      { kind: 'answer', value: { Id: 'mariadb.service', ActiveState: 'active', MainPID: '' } },
      { kind: 'absent' },
      { kind: 'answer', value: { LoadState: 'masked' } },
    ])
  })

  test('their names are those of the files in the directories that systemd looks into', () => {
    const listing = `/etc/systemd/system:
nginx.service
nginx.service.d
multi-user.target.wants

/usr/lib/systemd/system:
nginx.service
cron@.service
README`
    expect(read([unitNames()], [listing])).toEqual([
      { kind: 'answer', value: ['cron@.service', 'nginx.service'] },
    ])
  })

  test('a bus that cannot be reached is an error for all', () => {
    expect(read(probes, [], 3)).toMatchObject([
      { kind: 'error' },
      { kind: 'error' },
      { kind: 'error' },
    ])
  })

  test.each([
    ['nginx', 'nginx.service'],
    ['nginx.service', 'nginx.service'],
    ['a.b', 'a.b.service'],
    ['worker@1', 'worker@1.service'],
    ['apt-daily.timer', 'apt-daily.timer'],
  ])('%s is %s', (name, whole) => {
    expect(unitName(name)).toBe(whole)
  })

  test.each(['a b', '../x', 'getty@', ''])('"%s" is no unit', name => {
    expect(() => unitName(name)).toThrow(expect.objectContaining({ code: 'E_UNIT_NAME' }) as Error)
  })

  test('files that are newer and units that say so are unread', () => {
    const stale = 'Id=a.service\nNeedDaemonReload=no\n\nId=b.service\nNeedDaemonReload=yes'
    expect(read([unreadUnits()], ['/etc/systemd/system/x', stale])).toEqual([
      { kind: 'answer', value: ['/etc/systemd/system/x', 'b.service'] },
    ])
  })

  test('services on disk and in memory', () => {
    const disk = 'ssh.service enabled enabled\nx@.service static -'
    const memory =
      'ssh.service loaded active running OpenSSH\nbad.service not-found inactive dead bad'
    expect(read([services()], [disk, memory])).toMatchObject([
      {
        value: [
          { name: 'bad.service', state: 'stopped', status: 'not-found' },
          { name: 'ssh.service', state: 'running', status: 'enabled' },
          { name: 'x@.service', state: 'unknown', status: 'static' },
        ],
      },
    ])
  })
})

describe('accounts', () => {
  const PASSWD = 'deploy:x:1001:1001:D,,,:/home/deploy:/bin/bash'
  const GROUPS = 'adm:x:4:syslog,deploy\ndeploy:x:1001:\nsudo:x:27:deploy2'
  const SHADOW = 'deploy:!$6$h:20000:0:99999:7::20500:'
  const probes = ['deploy', 'nobody-here'].map(userAccount)

  test('are put together from the databases', () => {
    const answers = read(probes, [PASSWD, GROUPS, 'yes', SHADOW])
    expect(answers).toMatchObject([
      {
        kind: 'answer',
        value: {
          uid: 1001,
          group: 'deploy',
          groups: ['adm'],
          home: '/home/deploy',
          shadow: { expires: 20500 },
        },
      },
      { kind: 'absent' },
    ])
    expect(JSON.stringify(answers)).not.toContain('$6$')
  })

  test('have no readable password for everyone', () => {
    expect(read(probes, [PASSWD, GROUPS, 'no', ''])).toMatchObject([
      { value: { shadow: undefined } },
      { kind: 'absent' },
    ])
  })

  test.each(SHELLS)('$name asks this machine', shell => {
    const path = process.env['PATH'] ?? ''
    const [root, none] = ask(['root', 'no-such-account'].map(userAccount), { ...shell, path })
    expect(root).toMatchObject({ kind: 'answer', value: { uid: 0, home: '/root', group: 'root' } })
    expect(none).toEqual({ kind: 'absent' })
    const groups = ask(['root', 'no-such-group'].map(userGroup), { ...shell, path })
    expect(groups).toMatchObject([{ value: { gid: 0 } }, { kind: 'absent' }])
    const entry = (key: string) => databaseEntry({ database: 'passwd', key, service: undefined })
    expect(ask([entry('root'), entry('no-such')], { ...shell, path })).toMatchObject([
      { kind: 'answer' },
      { kind: 'absent' },
    ])
    const unknown = databaseEntry({ database: 'nonsense', key: 'x', service: undefined })
    expect(ask([unknown], { ...shell, path })).toMatchObject([{ kind: 'error' }])
  })
})

describe('the kernel', () => {
  test.each(SHELLS)('$name asks this machine', shell => {
    const path = process.env['PATH'] ?? ''
    const names = ['kernel.ostype', 'net/ipv4/ip_forward', 'kernel.no_such_thing']
    expect(ask(names.map(kernelParameter), { ...shell, path })).toMatchObject([
      // busybox believes that root may write everything.
      { kind: 'answer', value: { value: 'Linux', writable: shell.name === 'busybox' } },
      { kind: 'answer' },
      { kind: 'absent' },
    ])
    const [first, again] = [boot(), boot()].map(probe => ask([probe], { ...shell, path })[0])
    expect(first).toMatchObject({
      kind: 'answer',
      value: expect.stringMatching(/^[0-9a-f-]{36} \d+$/) as string,
    })
    expect(again).toEqual(first)
    expect(ask([liveHostname()], { ...shell, path })).toMatchObject([{ kind: 'answer' }])
  })
})

describe('files of certificates', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pem-'))
  const file = join(directory, "it's.pem")
  writeFileSync(file, 'PEM\n\n')
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true })
  })

  test.each(SHELLS)('$name reads what is there and says what is not', shell => {
    const probes = [pemFiles([file, join(directory, 'none')]), pemFiles([directory])]
    const answers = ask(probes, shell)
    expect(answers).toMatchObject([{ kind: 'answer' }, { kind: 'error' }])
    const [first] = answers
    const texts = first?.kind === 'answer' && first.value.kind === 'read' ? first.value.texts : []
    expect(texts.map(text => text?.reveal())).toEqual(['PEM\n\n', undefined])
  })

  test.each(SHELLS)('$name does not take an unreadable file for a missing one', shell => {
    chmodSync(directory, 0o755)
    chmodSync(file, 0o600)
    expect(ask([pemFiles([file])], shell, '65534')).toMatchObject([{ kind: 'error' }])
  })
})

describe('the firewall', () => {
  const probe = firewall('flush ruleset')

  test('is compared without what traffic fills in', () => {
    const set = (elements: string) =>
      `table inet f {\n\tset seen {\n\t\tsize 9${elements === '' ? '' : '\t# count 2'}\n\t\tflags dynamic,timeout\n\t\ttimeout 1m\n${elements}\t}\n}`
    const live = `# Warning: managed by another\n${set('\t\telements = { 192.0.2.1 expires 3s,\n\t\t\t 192.0.2.2 }\n')}`
    const [found] = read([probe], ['0', live, set('')]) ?? []
    expect(found).toMatchObject({ kind: 'answer', value: { kind: 'read' } })
    const value =
      found?.kind === 'answer' ? (found.value as { live: string; wanted: string }) : undefined
    expect(value?.live).toBe(value?.wanted)
  })

  test('differs by the elements of a fixed set', () => {
    const set = (element: string) =>
      `table inet f {\n\tset allowed {\n\t\ttype ipv4_addr\n\t\telements = { ${element} }\n\t}\n}`
    const [found] = read([probe], ['0', set('192.0.2.1'), set('192.0.2.2')]) ?? []
    const value =
      found?.kind === 'answer' ? (found.value as { live: string; wanted: string }) : undefined
    expect(value?.live).not.toBe(value?.wanted)
  })

  test.each([
    {
      case: 'refused',
      fields: ['7', '', 'syntax error\n'],
      is: [{ value: { kind: 'refused', message: 'syntax error' } }],
    },
    { case: 'missing', fields: ['missing'], is: [{ kind: 'absent' }] },
  ])('$case', ({ fields, is }) => {
    expect(read([probe], fields)).toMatchObject(is)
  })
})

describe('sshd', () => {
  const probe = sshdOptions({ text: '…', names: ['port', 'acceptenv'] })
  const NONE = 'port 22\nx11forwarding no\npasswordauthentication yes'

  test.each([
    {
      case: 'in force, also beside more values of a list',
      now: 'Port 22\nPasswordAuthentication no\nacceptenv A\nacceptenv LANG',
      alone: 'port 22\npasswordauthentication no\nacceptenv A\nx11forwarding no',
      differing: [],
    },
    {
      case: 'overridden',
      now: 'port 2222\npasswordauthentication yes',
      alone: 'port 22\npasswordauthentication no\nx11forwarding no',
      differing: [
        { name: 'port', now: '2222', wanted: '22' },
        { name: 'passwordauthentication', now: 'yes', wanted: 'no' },
      ],
    },
  ])('$case', ({ now, alone, differing }) => {
    expect(read([probe], ['present', 'ssh.service', '', now, NONE, '0', alone])).toEqual([
      { kind: 'answer', value: { kind: 'read', unit: 'ssh.service', unread: [], differing } },
    ])
  })

  test('refused', () => {
    const said = '/dev/stdin: line 2: Bad configuration option: Foo'
    expect(read([probe], ['present', '', '', NONE, NONE, '255', said])).toEqual([
      {
        kind: 'answer',
        value: { kind: 'refused', message: 'line 2: Bad configuration option: Foo' },
      },
    ])
  })
})

test('a crontab is read without the lines that crontab adds', () => {
  const header =
    '# DO NOT EDIT THIS FILE - edit the master.\n# (/tmp/x installed on Fri)\n# (Cron version)\n'
  const probes = ['a', 'b', 'c'].map(crontab)
  const fields = ['there', `${header}# mine\n* * * * * x\n`, 'none', '', 'error', 'may not read']
  expect(read(probes, fields)).toEqual([
    { kind: 'answer', value: '# mine\n* * * * * x\n' },
    { kind: 'absent' },
    { kind: 'error', message: 'may not read' },
  ])
})
