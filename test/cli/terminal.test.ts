import { spawn } from 'node:child_process'
import { Cli, ending, until, type Ended } from './cli.ts'

jest.setTimeout(30_000)

const cli = new Cli()
cli.write({ 'inventory.yml': 'all: { hosts: { a: { ansible_connection: local } } }\n' })

/** Runs `provision` on a terminal of its own and types when it has shown what is waited for. */
const typing = async (
  args: readonly string[],
  steps: readonly { readonly seen: string; readonly keys: string }[],
): Promise<Ended> => {
  const command = cli.command(...args).map(word => `'${word}'`)
  const sized = `stty cols 100 rows 30; exec ${command.join(' ')}`
  const child = spawn('script', ['-qefc', sized, '/dev/null'], {
    cwd: cli.directory,
    env: { ...cli.environment, TERM: 'xterm', NO_COLOR: '1' },
  })
  let shown = ''
  child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString('utf8')))
  const ended = ending(child)
  try {
    for (const { seen, keys } of steps) {
      await until(() => shown.includes(seen))
      child.stdin.write(keys)
    }
    return await ended
  } finally {
    child.kill()
  }
}

const CTRL_C = '\u0003'

const play = (tasks: readonly object[], more: object = {}): void => {
  cli.write({
    'site.yml': JSON.stringify([{ hosts: 'all', gather_facts: false, tasks, ...more }]),
  })
}

test('a private question does not show what is typed; one that is not does', async () => {
  play([{ debug: { msg: 'got {{ pw | length }} and {{ name }}' } }], {
    vars_prompt: [
      { name: 'pw', prompt: 'Password' },
      { name: 'name', prompt: 'Name', private: false },
    ],
  })
  const { code, out } = await typing(
    ['-i', 'inventory.yml', 'site.yml'],
    [
      { seen: 'Password:', keys: 'hunter2\r' },
      { seen: 'Name:', keys: 'alice\r' },
    ],
  )
  expect(out).toContain('got 7 and alice')
  expect(out).toMatch(/Name: .*alice/)
  expect(out).not.toContain('hunter2')
  expect(code).toBe(0)
})

test('a question comes after all that was done before it', async () => {
  play([
    { name: 'First', debug: { msg: 'first' } },
    { name: 'Asks', pause: { prompt: 'Go on' } },
    { name: 'Last', debug: { msg: 'last' } },
  ])
  const { out } = await typing(
    ['-i', 'inventory.yml', 'site.yml'],
    [{ seen: 'Go on:', keys: '\r' }],
  )
  const places = ['a: first', 'Go on:', 'a: last'].map(text => out.indexOf(text))
  expect(places).toEqual(places.toSorted((x, y) => x - y))
  expect(places).not.toContain(-1)
})

test('Ctrl-C at a question ends the run as interrupted', async () => {
  play([{ name: 'Asks', pause: { prompt: 'Go on' } }, { debug: {} }])
  const { code, out } = await typing(
    ['-i', 'inventory.yml', 'site.yml'],
    [{ seen: 'Go on:', keys: CTRL_C }],
  )
  expect(code).toBe(130)
  expect(out).toContain('interrupted after')
  expect(out).not.toContain('Hello world')
})

test('Ctrl-C at a question before the run is the same', async () => {
  play([{ debug: {} }])
  const { code, out } = await typing(
    ['-i', 'inventory.yml', '--ask-vault-pass', 'site.yml'],
    [{ seen: 'Vault password:', keys: CTRL_C }],
  )
  expect(code).toBe(130)
  expect(out).toContain('[E_INTERRUPTED]')
})

test('Ctrl-C while a task goes on says how far the run came', async () => {
  play([
    { name: 'Before', debug: { msg: 'before' } },
    { name: 'Goes on', command: 'sleep 30.75' },
  ])
  // The animation begins once the task lasts.
  const { code, out } = await typing(
    ['-i', 'inventory.yml', 'site.yml'],
    [{ seen: 'Goes on', keys: CTRL_C }],
  )
  expect(code).toBe(130)
  expect(out).toContain('a: before')
  expect(out).toMatch(/a +ok=1/)
  expect(out).toContain('interrupted after')
})
