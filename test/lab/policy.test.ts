import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { onHost, TestLab } from './provision.ts'
import type { Report } from './report.ts'
import { MINUTES } from './limits.ts'

const POLICY = '/usr/sbin/policy-rc.d'

let lab: TestLab
beforeAll(async () => {
  lab = await TestLab.up('t-policy', 'debian-13', ['fresh', 'own', 'killed'])
}, 5 * MINUTES)
afterAll(() => lab.down(), MINUTES)

/** Installs packages without letting them start anything, with what else is to be done afterwards. */
const install = async (host: string, name: string, ...flags: readonly string[]) => {
  const playbook = join(lab.directory, `${host}.yml`)
  await writeFile(
    playbook,
    `
- hosts: ${host}
  gather_facts: false
  tasks:
    - { name: Install, apt: { name: ${name}, start_services: false, cache_valid_time: 86400 } }
    - { name: Start, systemd: { name: php8.4-fpm, state: started } }
    - { name: Enable, systemd: { name: php8.4-fpm, enabled: true } }
`,
  )
  return lab.run(lab.connections, playbook, ...flags)
}

const on = (host: string, command: string): Promise<string> => onHost(lab.host(host), command)

const statuses = ({ tasks }: Report): string[] =>
  tasks.map(({ task, status }) => `${task}: ${status}`)

test(
  'what does not run is not started, as a dry run foretells, and what runs is restarted',
  async () => {
    const planned = await install('fresh', 'php-fpm', '--dry-run')
    const done = await install('fresh', 'php-fpm')
    expect(statuses(done.report)).toEqual(['Install: changed', 'Start: changed', 'Enable: ok'])
    expect(statuses(planned.report)).toEqual(statuses(done.report))
    const main = 'systemctl show --property=MainPID --value php8.4-fpm'
    const before = await on('fresh', main)
    // An extension is taken by a restart that the package itself asks for.
    const further = await install('fresh', 'php-bcmath')
    expect(statuses(further.report)).toEqual(['Install: changed', 'Start: ok', 'Enable: ok'])
    expect(await on('fresh', `[ $(${main}) != ${before} ] && systemctl is-active php8.4-fpm`)).toBe(
      'active',
    )
    expect(await on('fresh', `ls ${POLICY}* 2>/dev/null || echo none`)).toBe('none')
  },
  4 * MINUTES,
)

test(
  "the host's own policy has the first word, and stands again afterwards",
  async () => {
    const own = `#!/bin/sh\necho "$@" >>/root/asked\n`
    await on('own', `printf '%s' '${own}' >${POLICY} && chmod 750 ${POLICY}`)
    const done = await install('own', 'php-fpm')
    expect(statuses(done.report)).toEqual(['Install: changed', 'Start: changed', 'Enable: ok'])
    expect(await on('own', 'cat /root/asked')).toMatch(/php8\.4-fpm/)
    expect(await on('own', `cat ${POLICY}`)).toBe(own.trim())
    expect(await on('own', `stat --format=%a ${POLICY}; ls ${POLICY}*`)).toBe(`750\n${POLICY}`)
  },
  4 * MINUTES,
)

test(
  'after an installation that was killed nothing is held back, and the next one tidies up',
  async () => {
    await on('killed', `printf '#!/bin/sh\nexit 104\n' >${POLICY} && chmod 755 ${POLICY}`)
    const hook = '/etc/apt/apt.conf.d/99hang'
    await on('killed', `echo 'DPkg::Pre-Invoke { "touch /root/hangs; sleep 1000"; };' >${hook}`)
    const hanging = install('killed', 'php-fpm')
    const hangs = await eventually(
      () => on('killed', 'ls /root/hangs 2>/dev/null || :'),
      said => said !== '',
    )
    expect(hangs).toBe('/root/hangs')
    const kill = `apt=$(pgrep -x apt-get | head -n 1); kill -KILL $(ps -o ppid= -p $apt) $apt; pkill -x sleep`
    await on('killed', kill)
    expect(statuses((await hanging).report)).toEqual(['Install: failed'])
    expect(await on('killed', `ls ${POLICY}* && ${POLICY} php8.4-fpm start`)).toBe(
      `${POLICY}\n${POLICY}.provision`,
    )
    await on('killed', `rm ${hook}`)
    const done = await install('killed', 'php-fpm')
    expect(statuses(done.report)).toEqual(['Install: changed', 'Start: changed', 'Enable: ok'])
    expect(await on('killed', `tail -n 1 ${POLICY}; ls ${POLICY}*`)).toBe(`exit 104\n${POLICY}`)
  },
  4 * MINUTES,
)
