import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(__dirname, '..')

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { readonly rule: { readonly name: string } }[]
  }
}

/** What the dependency check finds in a copy of the sources to which some files were added. */
const cruiseWith = (planted: Readonly<Record<string, string>>): Cruise['summary'] => {
  const directory = mkdtempSync(join(tmpdir(), 'provision-layers-'))
  try {
    for (const name of ['src', 'tsconfig.json', 'package.json', '.dependency-cruiser.cjs'])
      cpSync(join(ROOT, name), join(directory, name), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
    for (const [file, text] of Object.entries(planted)) writeFileSync(join(directory, file), text)
    const binary = join(ROOT, 'node_modules/.bin/depcruise')
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src']
    const options = { cwd: directory, maxBuffer: 64 * 1024 * 1024 }
    return (JSON.parse(execFileSync(binary, args, options).toString('utf8')) as Cruise).summary
  } finally {
    rmSync(directory, { recursive: true })
  }
}

// A compiler that the check does not know makes it see no modules, and then it finds nothing wrong.
test('the layers are kept, and what breaks them is found', () => {
  const clean = cruiseWith({})
  expect(clean.violations).toEqual([])
  expect(clean.totalCruised).toBeGreaterThan(300)
  const broken = cruiseWith({
    'src/core/planted.ts': "import '../engine/run.ts'\n",
    'src/modules/planted.ts': "import 'ssh2'\n",
  })
  const names = new Set(broken.violations.map(({ rule }) => rule.name))
  expect(names).toContain('core-imports-its-layers-only')
  expect(names).toContain('ssh2-belongs-to-host')
}, 120_000)
