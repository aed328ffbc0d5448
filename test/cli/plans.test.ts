import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { Cli } from './cli.ts'

jest.setTimeout(120_000)

const cli = new Cli()
const LINES = Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join('')
cli.write({
  'inventory.yml': 'all: { hosts: { a: { ansible_connection: local } } }\n',
  'site.yml': play(
    { name: 'Long', copy: { content: LINES, dest: 'DIR/long' } },
    { name: 'Tagged', copy: { content: '{{ extra }}', dest: 'DIR/tagged' }, tags: 't' },
  ),
})

/** JSON is YAML; the tasks' own braces stay theirs. */
function play(...tasks: readonly object[]): string {
  return JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }])
}

const plan = (...args: string[]) =>
  cli.run('-i', 'inventory.yml', 'plan', '-e', 'extra=given', '-o', 'p', ...args, 'site.yml')

afterEach(() => {
  for (const name of ['p', 'long', 'tagged']) rmSync(cli.path(name), { force: true })
})

test('plans into a file of its owner alone, shows it, applies it, and plans that nothing is left', async () => {
  const planned = await plan()
  expect(planned).toMatchObject({ code: 3, err: '' })
  expect(planned.out).toContain('To apply this, run `provision apply p`.\nThe plan is in p;')
  expect(existsSync(cli.path('long'))).toBe(false)
  expect(statSync(cli.path('p')).mode & 0o777).toBe(0o600)
  const shown = await cli.run('show', 'p')
  expect(shown.code).toBe(0)
  expect(shown.out).toContain('more lines; --diff=full shows all')
  expect((await cli.run('show', '--diff=full', 'p')).out).toContain('+line 99')
  expect(await cli.run('apply', '-e', 'extra=given', 'p')).toMatchObject({ code: 0, err: '' })
  expect(readFileSync(cli.path('tagged'), 'utf8')).toBe('given')
  expect(await plan()).toMatchObject({ code: 0 })
})

test('a plan with JSON on standard output has nothing else there', async () => {
  const { code, out } = await plan('--output', 'json')
  expect(code).toBe(3)
  expect(JSON.parse(out)).toMatchObject({ schema: 1, dryRun: true })
})

test('options of a run decide what is planned, and are no options of apply', async () => {
  expect(await plan('--tags', 't')).toMatchObject({ code: 3 })
  for (const words of [
    ['-i', 'inventory.yml', '--skip-tags', 't', 'apply', 'p'],
    ['--dry-run', 'apply', 'p'],
    ['apply', '--tags', 't', 'p'],
  ]) {
    const { code, err } = await cli.run(...words)
    expect([code, err]).toEqual([64, expect.stringMatching(/E_PLAN_OPTION|unknown option/)])
  }
  const { err } = await cli.run('-i', 'inventory.yml', '--skip-tags', 't', 'apply', 'p')
  expect(err).toContain('the plan decides on --inventory, --skip-tags')
  expect(await cli.run('apply', '-e', 'extra=given', 'p')).toMatchObject({ code: 0 })
  expect(existsSync(cli.path('long'))).toBe(false)
})

test('a plan overwrites nothing but a plan', async () => {
  cli.write({ p: 'mine' })
  const { code, err } = await plan()
  expect([code, err]).toEqual([64, expect.stringContaining('E_FILE_EXISTS')])
  expect(readFileSync(cli.path('p'), 'utf8')).toBe('mine')
})
