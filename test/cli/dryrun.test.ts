import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Cli } from './cli.ts'

jest.setTimeout(120_000)

const cli = new Cli()
const LONG = Array.from({ length: 200 }, (_, i) => `line ${i}\n`).join('')
cli.write({
  'inventory.yml':
    'all: { hosts: { a: { ansible_connection: local }, b: { ansible_connection: local } } }\n',
  'there.txt': 'there\n',
  'site.yml': play({ copy: { content: 'there\n', dest: 'DIR/there.txt' } }),
  'changes.yml': play({
    name: 'Two files are written',
    copy: { content: '{{ item }}', dest: "DIR/{{ 'short' if item | length < 9 else 'long' }}" },
    loop: ['short\n', LONG],
    loop_control: { label: '{{ item | length }}' },
  }),
  'unsure.yml': play({ command: 'true', register: 'r' }, { debug: {}, when: "r.stdout == ''" }),
  'fails.yml': play(
    { copy: { content: 'x', dest: 'DIR/new' } },
    { file: { path: '/nowhere/at/all', state: 'file' } },
  ),
  'lost.yml': JSON.stringify([{ hosts: 'lost', gather_facts: false, tasks: [{ ping: {} }] }]),
  'lost-inventory.yml':
    'all: { hosts: { lost: { ansible_host: 127.0.0.1, ansible_port: 1, ansible_user: x } } }\n',
})

/** JSON is YAML; the tasks' own braces stay theirs. */
function play(...tasks: readonly object[]): string {
  return JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }])
}

const dry = (playbook: string, ...args: string[]) =>
  cli.run('-i', 'inventory.yml', '--dry-run', ...args, playbook)

test('exits 0 and says so where nothing would change', async () => {
  const { code, out } = await dry('site.yml')
  expect(out).toMatch(/\nNothing would change\.\n$/)
  expect(code).toBe(0)
})

test('exits 3 where something would, says what, and how to apply it', async () => {
  const { code, out } = await dry('changes.yml')
  expect(out).toMatch(/would change: a {2,}ok: b/)
  expect(out).toContain('    --- /dev/null\n')
  expect(out).toContain('    +++ ')
  expect(out).toContain('    new file: mode 0644\n')
  expect(out.split('+short').length).toBe(2)
  expect(out).toMatch(/… 1\d\d more lines; --diff=full shows all/)
  expect(out).toContain('What a run would change\n  a: 2 changes\n')
  expect(out).toMatch(
    /\nNothing was changed\. To apply this, run the same command without --dry-run\.\n$/,
  )
  expect(code).toBe(3)
  expect(existsSync(cli.path('short'))).toBe(false)
})

test('exits 3 where something may change', async () => {
  const { code, out } = await dry('unsure.yml')
  expect(out).toContain('may change: a, b')
  expect(out).toContain('depends on the output of "command" (unsure.yml:1), which has not run')
  expect(code).toBe(3)
})

test('exits 2 where a task would fail, whatever else would change', async () => {
  const { code, out } = await dry('fails.yml')
  expect(out).toContain('mend that first.')
  expect(code).toBe(2)
})

test('exits 4 where a host cannot be reached', async () => {
  const { code } = await cli.run('-i', 'lost-inventory.yml', '--dry-run', 'lost.yml')
  expect(code).toBe(4)
})

test('shows every line with --diff=full', async () => {
  const { out } = await dry('changes.yml', '--diff=full')
  expect(out).toContain('+line 199')
  expect(out).not.toContain('more lines')
})

test('gives whole diffs as JSON, whatever is shown', async () => {
  const { code, out } = await dry('changes.yml', '--output', 'json')
  const report = JSON.parse(out) as {
    tasks: { host: string; planned: boolean; changes: { diff: string }[] }[]
  }
  const diffs = report.tasks.map(({ changes: [change] }) => change?.diff ?? '')
  expect(report.tasks.map(({ planned }) => planned)).toEqual([true, true, true, true])
  expect(diffs[1]).toContain('\n+line 199')
  expect(diffs[1]?.split('\n')).toHaveLength(204)
  expect(code).toBe(3)
})

test('--diff takes no playbook for its value', async () => {
  mkdirSync(cli.path('real'), { recursive: true })
  writeFileSync(cli.path('real.yml'), play({ copy: { content: 'x\n', dest: cli.path('real/x') } }))
  const { code, out } = await cli.run('-i', 'inventory.yml', '--diff', 'real.yml')
  expect(out).toContain('+x\n')
  expect(out).not.toContain('Nothing was changed')
  expect(code).toBe(0)
  expect(readFileSync(cli.path('real/x'), 'utf8')).toBe('x\n')
})

test('colours diffs only where it is wanted', async () => {
  const wanted = await coloured({ FORCE_COLOR: '1' })
  expect(wanted).toContain('\u001b[32m+short\u001b[39m')
  expect(wanted).toContain('\u001b[1m--- /dev/null')
  expect(await coloured({})).not.toContain('\u001b')
})

const coloured = async (environment: NodeJS.ProcessEnv): Promise<string> => {
  const kept = { ...cli.environment }
  Object.assign(cli.environment, environment)
  try {
    return (await dry('changes.yml')).out
  } finally {
    for (const name of Object.keys(environment)) Reflect.deleteProperty(cli.environment, name)
    Object.assign(cli.environment, kept)
  }
}
