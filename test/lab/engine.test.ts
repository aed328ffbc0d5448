import { Cli, ending, until } from '../cli/cli.ts'
import { TestLab } from './provision.ts'
import type { Report } from './report.ts'
import { MINUTES } from './limits.ts'
jest.setTimeout(2 * MINUTES)

const cli = new Cli()
let lab: TestLab
beforeAll(async () => {
  lab = await TestLab.up('t-engine', 'debian-13', ['one', 'two'])
}, 5 * MINUTES)
afterAll(() => lab.down(), MINUTES)

const write = (tasks: readonly object[], keywords: object = {}): void => {
  const [first] = lab.hosts
  const hosts = Object.fromEntries(
    lab.hosts.map(({ name, address }) => [name, { ansible_host: address }]),
  )
  const vars = {
    ansible_user: 'admin',
    ansible_ssh_private_key_file: first?.keyFile,
    ansible_ssh_known_hosts_file: first?.knownHosts,
  }
  cli.write({
    'inventory.json': JSON.stringify({ all: { vars, hosts } }),
    'site.yml': JSON.stringify([{ hosts: 'all', gather_facts: false, tasks, ...keywords }]),
  })
}

/** Runs the tasks as `admin`, who may become anybody. */
const run = async (
  tasks: readonly object[],
  { keywords = {}, flags = [] }: { keywords?: object; flags?: readonly string[] } = {},
): Promise<{ code: number | null; report: Report; err: string }> => {
  write(tasks, keywords)
  const { code, out, err } = await cli.run(
    ...['-i', 'inventory.json', '-o', 'json', ...flags, 'site.yml'],
  )
  return { code, err, report: JSON.parse(out) as Report }
}

const statuses = ({ tasks }: Report): string[] =>
  tasks.map(({ host, task, status }) => `${host} | ${task} | ${status}`).toSorted()

/** A task that fails, on each host, unless the command prints what is expected. */
const expects = (name: string, command: string, expected: string, more: object = {}): object => ({
  name,
  shell: command,
  register: 'r',
  changed_when: false,
  failed_when: `r.stdout != '${expected}'`,
  ...more,
})

test('become: by task, block, play, variable and flag, and to another account than root', async () => {
  const { report, code } = await run([
    expects('Nobody', 'id -un', 'admin'),
    expects('Root', 'id -un', 'root', { become: true }),
    expects('Other', 'id -un', 'nobody', { become: true, become_user: 'nobody' }),
    { become: true, block: [expects('Block', 'id -un', 'root')] },
    expects('Not in it', 'id -un', 'admin', { become: false }),
    expects('Variable', 'id -un', 'daemon', {
      vars: { ansible_become: true, ansible_become_user: 'daemon' },
    }),
  ])
  expect(report.tasks.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(code).toBe(0)
  const flagged = await run([expects('Flag', 'id -un', 'root')], { flags: ['--become'] })
  expect(flagged.code).toBe(0)
  const whole = await run([expects('Play', 'id -un', 'root')], { keywords: { become: true } })
  expect(whole.code).toBe(0)
})

test('commands get the login environment of their account, and the task’s own', async () => {
  const { code, report } = await run([
    expects('Home', 'echo $HOME', '/home/admin'),
    expects('Home of root', 'echo $HOME', '/root', { become: true }),
    expects('Own', 'echo $GREETING', 'hello you', { environment: { GREETING: 'hello you' } }),
  ])
  expect(report.tasks.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(code).toBe(0)
})

test('a converged play costs its facts and one batch, whatever the account', async () => {
  const tasks = [
    { name: 'Directory', file: { path: '/srv/site', state: 'directory' } },
    { name: 'File', copy: { content: '{{ ansible_distribution }}\n', dest: '/srv/site/name' } },
    { name: 'Account', user: { name: 'deploy' } },
  ]
  const options = { keywords: { become: true, gather_facts: true } }
  const first = await run(tasks, options)
  expect(first.code).toBe(0)
  const again = await run(tasks, options)
  expect(again.report.tasks.filter(({ status }) => status !== 'ok')).toEqual([])
  for (const trips of Object.values(again.report.roundTrips)) expect(trips).toBeLessThanOrEqual(3)
  const apart = await run(tasks, { ...options, flags: ['--no-look-ahead'] })
  expect(statuses(apart.report)).toEqual(statuses(again.report))
})

test('a dry run on a bare host says what the real run then changes, and changes nothing', async () => {
  const tasks = [
    { name: 'Group', group: { name: 'crew' } },
    { name: 'Account', user: { name: 'skipper', groups: ['crew'] } },
    { name: 'Directory', file: { path: '/srv/ship', state: 'directory', owner: 'skipper' } },
    { name: 'File', copy: { content: 'log\n', dest: '/srv/ship/log', group: 'crew' } },
    { name: 'Link', file: { path: '/srv/boat', src: '/srv/ship', state: 'link' } },
  ]
  const options = { keywords: { become: true } }
  const dry = await run(tasks, { ...options, flags: ['--dry-run'] })
  expect(dry.code).toBe(3)
  const real = await run(tasks, options)
  expect(real.code).toBe(0)
  expect(statuses(dry.report)).toEqual(statuses(real.report))
  const summaries = ({ tasks: all }: Report): string[][] =>
    all.map(({ changes }) => changes.map(({ summary }) => summary))
  expect(summaries(dry.report)).toEqual(summaries(real.report))
  const second = await run(tasks, options)
  expect(Object.values(second.report.hosts).map(({ changed }) => changed)).toEqual([0, 0])
})

test('handlers due are kept by the account that noted them, and survive a killed run', async () => {
  const config = { name: 'Config', copy: { content: 'x', dest: '/etc/kept' }, become: true }
  const tasks = [
    { ...config, notify: 'Restart' },
    { name: 'Told', command: `touch ${cli.path('changed')}`, delegate_to: 'localhost' },
    { name: 'Waits', pause: { seconds: 60 }, when: 'wait | default(true) | bool' },
  ]
  const handler = { name: 'Restart', shell: 'echo x >> /tmp/restarted' }
  const keywords = { handlers: [handler] }
  write(tasks, keywords)
  const child = cli.start('-i', 'inventory.json', '-o', 'json', 'site.yml')
  const running = ending(child)
  const { existsSync } = await import('node:fs')
  await until(() => existsSync(cli.path('changed')))
  child.kill('SIGKILL')
  await running
  const flags = ['-e', 'wait=no']
  const next = await run(tasks, { keywords, flags })
  expect(next.err).toContain('one: "Restart" was notified by a run that did not finish')
  expect(next.report.tasks.filter(({ task }) => task === 'Restart')).toHaveLength(2)
  expect(next.code).toBe(0)
  const last = await run(tasks, { keywords, flags })
  expect(last.report.tasks.filter(({ task }) => task === 'Restart')).toEqual([])
  expect((await run([expects('Once', 'cat /tmp/restarted', 'x')])).code).toBe(0)
})

test('a new group counts after reset_connection', async () => {
  const { code, report } = await run([
    { name: 'Group', group: { name: 'fresh' }, become: true },
    { name: 'Member', user: { name: 'admin', groups: ['fresh'], append: true }, become: true },
    { name: 'Reset', meta: 'reset_connection' },
    expects('Counts', 'id -Gn | grep -cw fresh', '1'),
  ])
  expect(report.tasks.filter(({ status }) => status === 'failed')).toEqual([])
  expect(code).toBe(0)
})

test('a reboot keeps variables and the handlers that are due', async () => {
  const { code, report } = await run(
    [
      { name: 'Change', copy: { content: 'y', dest: '/etc/rebooted' }, notify: 'After' },
      { name: 'Kept', command: 'cut -d" " -f22 /proc/1/stat', register: 'before' },
      { name: 'Reboot', reboot: {} },
      {
        name: 'Other boot',
        shell: 'cut -d" " -f22 /proc/1/stat',
        register: 'after',
        failed_when: 'after.stdout == before.stdout',
      },
    ],
    {
      keywords: { become: true, handlers: [{ name: 'After', command: 'true' }] },
      flags: ['--limit', 'one'],
    },
  )
  expect(report.tasks.map(({ task, status }) => `${task} ${status}`)).toEqual([
    'Change changed',
    'Kept changed',
    'Reboot changed',
    'Other boot changed',
    'After changed',
  ])
  expect(code).toBe(0)
})
