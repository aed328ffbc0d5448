import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatMode, modeOf } from '../../src/modules/mode.ts'

const root = mkdtempSync(join(tmpdir(), 'mode-'))
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})

const WANTED = [
  'u=rw,g=r,o=',
  'a+x',
  '+x',
  '+w',
  '-w',
  '=r',
  'go-rwx',
  'u+s',
  'g+s',
  '+t',
  'u=rwX,g=rX,o=X',
  'g=u',
  'o=g',
  'u-x+w',
  'a=,u+rw',
  'ug+rwX,o-rwx',
  'u=rwxs',
]
const BEFORE = [0o644, 0o755, 0o600, 0o4711, 0o2750, 0o1777, 0]
const CASES = WANTED.flatMap(wanted =>
  BEFORE.flatMap(before => ['file', 'directory'].map(kind => ({ wanted, before, kind }))),
)

// chmod(1) under umask 022 is the oracle; with -w it also complains of what the umask kept.
test.each(CASES)('$wanted on a $kind of mode $before', ({ wanted, before, kind }) => {
  const name = join(root, `${kind}${before}${encodeURIComponent(wanted)}`)
  if (kind === 'file') writeFileSync(name, '')
  else mkdirSync(name)
  chmodSync(name, before)
  execFileSync('sh', ['-c', 'umask 022; chmod "$0" "$1" 2>/dev/null; :', wanted, name])
  const after = formatMode(statSync(name).mode & 0o7777)
  expect(modeOf(wanted, { mode: formatMode(before), kind })).toBe(after)
})

test.each([
  { wanted: '644', mode: '0644' },
  { wanted: '01777', mode: '1777' },
])('$wanted is $mode', ({ wanted, mode }) => {
  expect(modeOf(wanted, { mode: '0000', kind: 'file' })).toBe(mode)
})
