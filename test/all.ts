import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How many checks of a step passed and failed. */
interface Count {
  readonly passed: number
  readonly failed: number
}

const started = (command: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' })
    child.on('error', reject)
    child.on('close', code => {
      resolve(code ?? 1)
    })
  })

/** A step that passes or fails as a whole. */
const step = async (title: string, command: string, ...args: string[]): Promise<Count> => {
  process.stdout.write(`\n== ${title}\n`)
  return (await started(command, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

interface JestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  /** Files that could not even be run. */
  readonly numRuntimeErrorTestSuites: number
  readonly success: boolean
}

/** A project of jest, each of whose tests counts. */
const jest = async (project: string, ...args: string[]): Promise<Count> => {
  process.stdout.write(`\n== ${project} tests\n`)
  const directory = await mkdtemp(join(tmpdir(), 'provision-test-'))
  const file = join(directory, 'report.json')
  try {
    const code = await started('npx', [
      'jest',
      '--selectProjects',
      project,
      '--json',
      `--outputFile=${file}`,
      ...args,
    ])
    const report = JSON.parse(await readFile(file, 'utf8')) as JestReport
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites
    // A run that ended badly without a failed test has failed all the same.
    return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed }
  } finally {
    await rm(directory, { recursive: true })
  }
}

const total = (counts: readonly Count[]): Count => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
})

const counts = [
  await step('types', 'npx', 'tsc', '--noEmit'),
  await step('lint', 'npx', 'eslint', '.'),
  await step('format', 'npx', 'prettier', '--check', '--log-level=warn', '.'),
  await step('unused code', 'npx', 'knip'),
  await step('layers', 'npx', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src'),
  await jest('unit'),
  await jest('lab', '--maxWorkers=2'),
]
const { passed, failed } = total(counts)
process.exitCode = failed === 0 ? 0 : 1
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
