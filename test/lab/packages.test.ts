import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const directory = mkdtempSync(join(tmpdir(), 'packages-'))
afterAll(() => {
  rmSync(directory, { recursive: true })
})

/** A PATH on which there are these programs of the machine, and these scripts. */
const pathOf = (
  name: string,
  programs: readonly string[],
  scripts: Record<string, string> = {},
) => {
  const folder = join(directory, name)
  mkdirSync(folder)
  for (const program of programs) symlinkSync(join('/bin', program), join(folder, program))
  for (const [script, text] of Object.entries(scripts))
    writeFileSync(join(folder, script), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  return folder
}

const packages = (list: string, path: string) => {
  writeFileSync(join(directory, 'list'), list)
  const words = ['src/lab/packages.sh', join(directory, 'list'), 'src/lab/packages']
  const env = { PATH: path }
  const { status, stdout, stderr } = spawnSync('/bin/sh', words, { env, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

const LACKING = '# a comment\n\nno-such-program some-package\n/no/such/file other-package svc\n'

test('does and says nothing where nothing is missing', () => {
  const path = process.env['PATH'] ?? ''
  expect(packages('sh dash\n/bin/sh dash\n', path)).toEqual({ status: 0, said: '' })
})

test.each([
  { case: 'another system', path: pathOf('other', ['cat']), why: 'this machine has no apt-get' },
  {
    case: 'another account than root',
    path: pathOf('user', ['cat', 'apt-get'], { id: 'echo 1000' }),
    why: 'it needs root',
  },
])('on $case it says what is missing, and what can be done', ({ path, why }) => {
  const { status, said } = packages(LACKING, path)
  expect(status).toBe(1)
  expect(said).toContain(`the lab cannot run here: ${why}`)
  expect(said).toMatch(/ are missing:.* some-package other-package/)
  expect(said).toContain('see "On virtual machines" in README.md')
})
