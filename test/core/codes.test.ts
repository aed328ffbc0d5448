import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codes, errorsPage } from '../../src/core/codes.ts'

const ROOT = join(__dirname, '../..')

const sources = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !/^core\/codes(?:\.ts|\/)/.test(name))
    .map(name => readFileSync(join(directory, name), 'utf8'))

const used = new Set(
  sources(join(ROOT, 'src')).flatMap(text =>
    [...text.matchAll(/['"`](E_[A-Z0-9_]*[A-Z0-9])['"`]/g)].map(([, code]) => code),
  ),
)

test('the sources use codes at all', () => {
  expect(used.size).toBeGreaterThan(50)
})

test('every code of the sources stands in the table', () => {
  expect([...used].filter(code => code === undefined || !Object.hasOwn(codes, code))).toEqual([])
})

test('every code of the table is used', () => {
  expect(Object.keys(codes).filter(code => !used.has(code))).toEqual([])
})

test('each explanation is made of sentences', () => {
  const wrong = Object.entries(codes).filter(
    ([, texts]) => !texts.every(text => /^[A-Z`].*\.$/.test(text)),
  )
  // Such as `ping` or apt-get, whose names begin with a small letter.
  expect(wrong.filter(([, [means]]) => !/^(?:apt-get|nft|sshd|sudo|su) /.test(means))).toEqual([])
})

// Write it anew with:
// npx tsx -e "import('./src/core/codes.ts').then(m => process.stdout.write(m.errorsPage()))" > docs/errors.md
test('docs/errors.md is made from the table', () => {
  expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(errorsPage())
})
