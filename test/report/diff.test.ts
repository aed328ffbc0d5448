import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc } from '../property.ts'
import type { Diff, TextDiff } from '../../src/core/diff.ts'
import { renderDiff } from '../../src/report/diff.ts'
import { shownDiff } from '../../src/report/showndiff.ts'

const plain = (_: unknown, text: string): string => text

const short = (diff: Diff): readonly string[] => shownDiff(diff, 'short', plain)

const text = (before: string | null, after: string | null, more?: Partial<TextDiff>): TextDiff => ({
  kind: 'text',
  path: '/etc/x',
  before,
  after,
  ...more,
})

const numbered = (count: number, from = 1): string =>
  Array.from({ length: count }, (_, i) => `line ${from + i}\n`).join('')

const MODE = { name: 'mode', before: '0644', after: '0600' }
const OWNER = { name: 'owner', before: 'root', after: 'app' }

test.each([
  {
    case: 'three lines of context around each place',
    diff: text(numbered(20), numbered(20).replace('line 10\n', 'line ten\n')),
    lines: [
      '--- /etc/x',
      '+++ /etc/x',
      '@@ -7,7 +7,7 @@',
      ' line 7',
      ' line 8',
      ' line 9',
      '-line 10',
      '+line ten',
      ' line 11',
      ' line 12',
      ' line 13',
    ],
  },
  {
    case: 'a new file with what it will be',
    diff: text(null, 'a\n', {
      attributes: [
        { name: 'mode', before: null, after: '0640' },
        { name: 'owner', before: null, after: 'root' },
      ],
    }),
    lines: [
      '--- /dev/null',
      '+++ /etc/x',
      'new file: mode 0640, owner root',
      '@@ -0,0 +1,1 @@',
      '+a',
    ],
  },
  {
    case: 'a file that goes with what it was',
    diff: text('a\n', null, { attributes: [{ name: 'mode', before: '0644', after: null }] }),
    lines: ['--- /etc/x', '+++ /dev/null', 'removed file: mode 0644', '@@ -1,1 +0,0 @@', '-a'],
  },
  {
    case: 'a new file that is empty',
    diff: text(null, ''),
    lines: ['--- /dev/null', '+++ /etc/x'],
  },
  {
    case: 'mode and owner in the place of the content',
    diff: text('a\n', 'b\n', { attributes: [MODE, OWNER] }),
    lines: [
      '--- /etc/x',
      '+++ /etc/x',
      '  mode: 0644 → 0600',
      '  owner: root → app',
      '@@ -1,1 +1,1 @@',
      '-a',
      '+b',
    ],
  },
  {
    case: 'a missing newline at the end',
    diff: text('a\nb', 'a\nb\n'),
    lines: [
      '--- /etc/x',
      '+++ /etc/x',
      '@@ -1,2 +1,2 @@',
      ' a',
      '-b',
      '\\ No newline at end of file',
      '+b',
    ],
  },
  {
    case: 'ends of lines, invisible and control characters by their codes',
    diff: text('a\r\nb\u00a0c\n', '\ufeffa\nb\tc\u001b[2J\u202e\n'),
    lines: [
      '--- /etc/x',
      '+++ /etc/x',
      '@@ -1,2 +1,2 @@',
      '-a\\r',
      '-b\\xa0c',
      '+\\ufeffa',
      '+b\tc\\x1b[2J\\u202e',
    ],
  },
  {
    case: 'a binary file by size and hash',
    diff: {
      kind: 'bytes',
      path: '/bin/x',
      before: { size: 12, sha256: 'a'.repeat(64) },
      after: { size: 13, sha256: 'b'.repeat(64) },
      attributes: [MODE],
    } as const,
    lines: [
      '/bin/x',
      '  content: 12 bytes, sha256 aaaaaaaaaaaa → 13 bytes, sha256 bbbbbbbbbbbb',
      '  mode: 0644 → 0600',
    ],
  },
  {
    case: 'a new binary file',
    diff: {
      kind: 'bytes',
      path: '/bin/x',
      before: null,
      after: { size: 13, sha256: 'b'.repeat(64) },
      attributes: [{ name: 'mode', before: null, after: '0755' }],
    } as const,
    lines: ['/bin/x', '  content: (none) → 13 bytes, sha256 bbbbbbbbbbbb', 'new file: mode 0755'],
  },
  {
    case: 'structured things a line each, whatever they hold',
    diff: {
      kind: 'fields',
      of: 'user deploy',
      fields: [
        { name: 'shell', before: '/bin/sh', after: '/bin/bash' },
        { name: 'comment', before: null, after: 'two\nlines' },
        { name: 'group', before: 'adm', after: null },
      ],
    } as const,
    lines: [
      'user deploy',
      '  shell: /bin/sh → /bin/bash',
      '  comment: (none) → two\\nlines',
      '  group: adm → (none)',
    ],
  },
  {
    case: 'nothing at all where no field changes',
    diff: { kind: 'fields', of: 'nginx.service', fields: [] } as const,
    lines: [],
  },
])('a diff shows $case', ({ diff, lines }) => {
  expect(short(diff)).toEqual(lines)
})

describe('a long diff', () => {
  const diff = text('', numbered(1000))

  test('is cut, with the number of lines left out', () => {
    const lines = short(diff)
    expect(lines).toHaveLength(51)
    expect(lines.at(-2)).toBe('+line 47')
    expect(lines.at(-1)).toBe('… 953 more lines; --diff=full shows all')
  })

  test('is whole where all of it is asked for, and in what is saved', () => {
    expect(shownDiff(diff, 'full', plain).at(-1)).toBe('+line 1000')
    expect(renderDiff(diff).endsWith('+line 1000')).toBe(true)
  })

  test('of a few lines more is not cut for them', () => {
    expect(short(text('', numbered(57)))).toHaveLength(60)
    expect(short(text('', numbered(58)))).toHaveLength(51)
  })

  test('of one long line is cut with the number of characters left out', () => {
    const wide = text('', `${'x'.repeat(10_000)}\n`)
    expect(short(wide).at(-1)).toBe(`+${'x'.repeat(399)}… 9601 more characters`)
    expect(shownDiff(wide, 'full', plain).at(-1)).toHaveLength(10_001)
  })

  test('of two files with nothing in common comes in time, and is right', () => {
    const [before, after] = [numbered(20_000), numbered(20_000, 100_000)]
    expect(renderDiff(text(before, after)).split('\n').slice(2, 4)).toEqual([
      '@@ -1,20000 +1,20000 @@',
      '-line 1',
    ])
    expect(patched(before, text(before, after))).toBe(after)
  })
})

/** What the `patch` program makes of a text with our diff. */
const patched = (before: string | null, diff: TextDiff): string | null => {
  const directory = mkdtempSync(join(tmpdir(), 'diff-'))
  const file = join(directory, 'etc-x')
  if (before !== null) writeFileSync(file, before)
  const input = `${renderDiff({ ...diff, path: 'etc-x' })}\n`
  execFileSync('patch', ['--silent', '--strip=0', '--remove-empty-files', '--binary'], {
    cwd: directory,
    input,
  })
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

const files = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', ' ', '- x', '+ y', '@@', 'é\r')), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends && lines.length > 0 ? '\n' : ''))
  .filter(file => file !== '')

test('the patch program makes the new file of the old one and a diff', () => {
  fc.assert(
    fc.property(fc.option(files), fc.option(files), (before, after) => {
      if (before === after) return
      const diff = text(before, after, { attributes: [MODE] })
      expect(patched(before, diff)).toBe(after)
    }),
    { numRuns: 30 },
  )
})
