import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { labSsh } from '../../src/lab/index.ts'
import { TestLab } from './provision.ts'
import { changed, failures, type Report } from './report.ts'
import { MINUTES } from './limits.ts'
const SITE = 'test/lab/system/site.yml'

describe.each(['debian-12', 'debian-13', 'debian-sid'])('modules of the system on %s', image => {
  let lab: TestLab
  let inventory: string
  beforeAll(async () => {
    lab = await TestLab.up(`t-system-${image}`, image, ['box'])
    inventory = join(lab.directory, 'hosts.yml')
    await writeFile(inventory, JSON.stringify({ all: { hosts: { box: null } } }))
  }, 5 * MINUTES)
  afterAll(() => lab.down(), MINUTES)

  const run = (playbook: string, ...args: readonly string[]) =>
    lab.run(inventory, playbook, ...args)
  const onHost = (command: string) => labSsh({ lab: lab.name, host: 'box', command: [command] })
  let foretold: Report

  test(
    'a dry run on the bare host changes nothing, and fails nowhere',
    async () => {
      const { report, code } = await run(SITE, '--dry-run')
      expect(failures(report)).toEqual([])
      expect(code).toBe(3)
      foretold = report
    },
    2 * MINUTES,
  )

  test(
    'a real run changes what the dry run said, and proves it',
    async () => {
      const { report } = await run(SITE)
      expect(failures(report)).toEqual([])
      const real = statuses(report)
      for (const [task, status] of statuses(foretold))
        if (status !== 'maybe') expect([task, real.get(task)]).toEqual([task, status])
    },
    5 * MINUTES,
  )

  test(
    'a second run changes nothing',
    async () => {
      const { report, code } = await run(SITE)
      expect([failures(report), changed(report)]).toEqual([[], []])
      expect(code).toBe(0)
    },
    MINUTES,
  )

  test(
    'the host is as the playbook says, by its own tools',
    async () => {
      const checks = [
        'id -nG deploy | grep -qx "ops adm www-data"',
        'getent shadow deploy | grep -q "saltsalt.*:23148:$"',
        'test "$(stat -c %a:%U /home/deploy/.ssh/authorized_keys)" = 600:deploy',
        'test "$(date +%Z)" = CET -o "$(date +%Z)" = CEST',
        'test "$(hostname)" = box.foobar.com',
        'test "$(cat /proc/sys/net/ipv4/tcp_fin_timeout)" = 42',
        'crontab -u deploy -l | grep -q "^\\*/5 .* /bin/true"',
        'systemctl is-active nginx site && ! systemctl is-enabled apt-daily.timer',
        'sshd -T | grep -qix "maxauthtries 4" && sshd -T | grep -qix "acceptenv STAGE"',
        'nft list chain inet filter input | grep -q "policy drop"',
        'test "$(stat -c %a:%G /etc/site/host.key)" = 640:ops',
      ]
      for (const check of checks) expect([check, await onHost(check)]).toEqual([check, 0])
    },
    MINUTES,
  )

  test(
    'what somebody changed by hand is found and mended, and nothing else is touched',
    async () => {
      const drift = [
        'nft add rule inet filter input tcp dport 99 accept',
        'systemctl stop nginx; systemctl disable nginx',
        'gpasswd -d deploy adm',
        'chmod 644 /etc/site/host.key',
        'echo 30 >/proc/sys/net/ipv4/tcp_fin_timeout',
        'systemctl unmask apt-daily.timer',
      ]
      expect(await onHost(drift.join(' && '))).toBe(0)
      const { report } = await run(SITE)
      expect(failures(report)).toEqual([])
      expect(changed(report)).toHaveLength(drift.length)
      expect(changed((await run(SITE)).report)).toEqual([])
    },
    2 * MINUTES,
  )

  test(
    'readings are as Ansible registers them, and acts are proved',
    async () => {
      const { report } = await run('test/lab/system/read.yml')
      expect(failures(report)).toEqual([])
      expect(changed(report)).toHaveLength(3)
      expect(report.hosts['box']?.['unproved']).toBe(0)
    },
    2 * MINUTES,
  )
})

const statuses = ({ tasks }: Report): ReadonlyMap<string, string> =>
  new Map(tasks.map(({ task, status }) => [task, status]))
