import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { objectSchema } from '../src/core/schema.ts'
import { schemaKey } from '../src/core/validator.ts'
import { actions } from '../src/language/actions.ts'
import { modules } from '../src/modules/index.ts'

/** A copy of what `npm run build` made, to be damaged. */
const built = (): string => {
  const at = mkdtempSync(join(tmpdir(), 'built-'))
  cpSync('dist', join(at, 'dist'), { recursive: true })
  cpSync('package.json', join(at, 'package.json'))
  writeFileSync(join(at, 'site.yml'), '- { hosts: all, tasks: [{ ping: }] }\n')
  return at
}

const node = (at: string, ...words: readonly string[]): string =>
  execFileSync(process.execPath, words, { cwd: at, encoding: 'utf8' }).trim()

const fromCache = (at: string): string =>
  node(at, '-p', 'import("./dist/cli/program.js").then(it => console.log(it.fromCache)); ""')

const cacheOf = (at: string): string => join(at, 'dist/cli/program.cache')

describe('the program as it is built', () => {
  test.each([
    { cache: 'its own', damage: () => undefined, isTaken: 'true' },
    {
      cache: 'none',
      damage: (at: string) => {
        rmSync(cacheOf(at))
      },
      isTaken: 'false',
    },
    {
      cache: 'half of it',
      damage: (at: string) => {
        truncateSync(cacheOf(at), readFileSync(cacheOf(at)).length / 2)
      },
      isTaken: 'false',
    },
    {
      cache: 'that of another V8',
      damage: (at: string) => {
        writeFileSync(cacheOf(at), Buffer.alloc(100_000, 7))
      },
      isTaken: 'false',
    },
  ])('runs with this code cache: $cache', ({ damage, isTaken }) => {
    const at = built()
    damage(at)
    expect(fromCache(at)).toBe(isTaken)
    const said = node(at, 'dist/cli/main.js', 'check', 'site.yml', '-i', 'localhost,')
    expect(said).toBe('no mistakes in 1 plays for 1 hosts')
  })

  test('has the validators of all modules and actions compiled beforehand', () => {
    // Long lines are broken, within texts, too.
    const program = readFileSync('dist/cli/program.cjs', 'utf8').replaceAll('\\\n', '')
    const missing = [...modules.values(), ...actions.values()].filter(
      ({ params }) => !program.includes(schemaKey(objectSchema(params))),
    )
    expect(missing).toEqual([])
  })
})
