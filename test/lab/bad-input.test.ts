import { existsSync } from 'node:fs'
import { labSsh } from '../../src/lab/index.ts'
import { Cli, ending, until, type Ended } from '../cli/cli.ts'
import { TestLab } from './provision.ts'
import { MINUTES } from './limits.ts'
jest.setTimeout(MINUTES)

const cli = new Cli()
let lab: TestLab
beforeAll(async () => {
  lab = await TestLab.up('t-bad', 'debian-13', ['a', 'b'])
}, 5 * MINUTES)
afterAll(() => lab.down(), MINUTES)

const inventory = (vars: Readonly<Record<string, unknown>> = {}): string => {
  const [first] = lab.hosts
  const hosts = Object.fromEntries(
    lab.hosts.map(({ name, address }) => [name, { ansible_host: address }]),
  )
  const all = {
    ansible_user: 'root',
    ansible_ssh_private_key_file: first?.keyFile,
    ansible_ssh_known_hosts_file: first?.knownHosts,
    ...vars,
  }
  cli.write({ 'inventory.json': JSON.stringify({ all: { vars: all, hosts } }) })
  return 'inventory.json'
}

const playbook = (tasks: readonly object[], keywords: object = {}): string => {
  cli.write({
    'site.yml': JSON.stringify([{ hosts: 'all', gather_facts: false, tasks, ...keywords }]),
  })
  return 'site.yml'
}

const noStack = ({ out, err }: Ended): void => {
  expect(out + err).not.toMatch(/^\s+at /m)
  expect(out + err).not.toContain('bug in provision')
}

const next = { name: 'Next', command: 'true', changed_when: false }
const onA = { when: "inventory_hostname == 'a'" }

test('what the account may not do fails the task with what the host says', async () => {
  const site = playbook([
    { name: 'Writes', copy: { content: 'x', dest: '/etc/not-mine' }, ...onA },
    next,
  ])
  const ended = await cli.run('-i', inventory({ ansible_user: 'admin' }), site)
  expect(ended.out).toContain('Writes  failed: a')
  expect(ended.out).toMatch(/ermission denied|cannot be staged/)
  expect(ended.out).toContain('Next  ok: b')
  expect(ended.code).toBe(2)
  noStack(ended)
})

test('an account that cannot be become is told by name', async () => {
  const site = playbook([{ name: 'Becomes', command: 'true', become: true, become_user: 'nosuch' }])
  const ended = await cli.run('-i', inventory({ ansible_user: 'admin' }), site)
  expect(ended.out).toMatch(/nosuch/)
  expect(ended.out).toMatch(/\[E_BECOME\w*\]/)
  expect([2, 4]).toContain(ended.code)
  noStack(ended)
})

test('Ctrl-C leaves nothing running on the hosts', async () => {
  const mark = '/tmp/interrupt-me'
  const site = playbook([{ name: 'Long', shell: `touch ${mark}; sleep 31.25` }, next])
  const child = cli.start('-i', inventory(), site)
  const running = ending(child)
  await untilOn(lab, mark)
  child.kill('SIGINT')
  const ended = await running
  expect(ended.code).toBe(130)
  expect(ended.out).toContain('interrupted after')
  noStack(ended)
  const left = playbook([
    {
      name: 'Left',
      shell: 'pgrep -fx "sleep 31[.]25" || echo none',
      register: 'r',
      changed_when: false,
    },
    { name: 'Says', debug: { msg: '{{ r.stdout }}' } },
  ])
  expect((await cli.run('-i', inventory(), left)).out).toContain('a, b: none')
})

test('two controllers refuse each other, with who and since when', async () => {
  const mark = cli.path('locked')
  const site = playbook([
    { name: 'Takes it', command: 'true' },
    { name: 'Tells', command: `touch ${mark}`, delegate_to: 'localhost', run_once: true },
    { name: 'Keeps it', pause: { seconds: 60 } },
  ])
  const first = cli.start('-i', inventory(), site)
  const running = ending(first)
  await until(() => existsSync(mark))
  const second = await cli.run('-i', inventory(), playbook([{ name: 'Changes', command: 'true' }]))
  expect(second.code).toBe(2)
  expect(second.out).toMatch(/\S+@\S+ has been changing it since \d{4}-.* \[E_LOCKED\]/)
  expect(second.out).toContain('hint: wait until that run is over')
  first.kill('SIGKILL')
  await running
  const third = await cli.run('-i', inventory(), playbook([{ name: 'Changes', command: 'true' }]))
  expect(third.code).toBe(0)
})

// The last: its command goes on behind the cut, and keeps the machine taken.
test('a host that falls silent is given up after --timeout, and the other goes on', async () => {
  const cut =
    'ip=$(command -v ip); setsid sh -c "sleep 1; $ip link set host0 down || $ip link set eth0 down; sleep 20; $ip link set host0 up || $ip link set eth0 up" >/dev/null 2>&1 & sleep 40'
  const site = playbook([{ name: 'Falls silent', shell: cut, ...onA }, next])
  const ended = await cli.run('-i', inventory(), '--timeout', '5', site)
  expect(ended.out).toContain('Falls silent  unreachable: a')
  expect(ended.out).toMatch(/\[E_\w+\]/)
  expect(ended.out).toContain('Next  ok: b')
  expect(ended.code).toBe(4)
  noStack(ended)
})

/** Resolves when the file is there on the first host. */
const untilOn = async ({ name, hosts: [first] }: TestLab, file: string): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    const command = ['test', '-e', file]
    if ((await labSsh({ lab: name, host: first?.name ?? '', command })) === 0) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error('it did not come to hold')
}
