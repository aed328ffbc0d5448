import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** How many checks of a step passed and failed. */
interface Count {
  readonly passed: number
  readonly failed: number
  /** What failed, and why; said again at the end, where a long log is read. */
  readonly reds: readonly string[]
}

const PASSED: Count = { passed: 1, failed: 0, reds: [] }

const started = (command: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' })
    child.on('error', reject)
    child.on('close', code => {
      resolve(code ?? 1)
    })
  })

/** How long something took, for whoever looks for what is slow. */
const timed = async (title: string, work: () => Promise<Count>): Promise<Count> => {
  process.stdout.write(`\n== ${title}\n`)
  const from = performance.now()
  const count = await work()
  const seconds = Math.round((performance.now() - from) / 1000)
  process.stdout.write(`${title}: ${seconds} s${count.failed === 0 ? '' : ', failed'}\n`)
  return count
}

/** A step that passes or fails as a whole. */
const step = (title: string, command: string, ...args: string[]): Promise<Count> =>
  timed(title, async () =>
    (await started(command, args)) === 0 ? PASSED : { passed: 0, failed: 1, reds: [title] },
  )

interface JestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  /** Files that could not even be run. */
  readonly numRuntimeErrorTestSuites: number
  readonly testResults: readonly TestFile[]
}

interface TestFile {
  readonly name: string
  readonly status: string
  /** All that failed in it, and why. */
  readonly message: string
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
}

/** How much of a file's failures is said again: the first one's whole reason, as a rule. */
const LINES_OF_RED = 60

/** A project of jest, each of whose tests counts. */
const jest = (project: string): Promise<Count> =>
  timed(`${project} tests`, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'provision-test-'))
    const file = join(directory, 'report.json')
    const args = ['--selectProjects', project, '--maxWorkers=2', '--json', `--outputFile=${file}`]
    try {
      const code = await started('npx', ['jest', ...args])
      return await readReport(file, code)
    } finally {
      await rm(directory, { recursive: true })
    }
  })

/** A run that ended badly has failed, also without a failed test, and without a report. */
const readReport = async (file: string, code: number): Promise<Count> => {
  if (!existsSync(file)) return { passed: 0, failed: 1, reds: ['jest left no report'] }
  const report = JSON.parse(await readFile(file, 'utf8')) as JestReport
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites
  const reds = report.testResults.filter(({ status }) => status === 'failed').map(redOf)
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, reds }
}

/** The titles of the tests that failed, and why the first of them did: others often follow from it. */
const redOf = ({ name, message, assertionResults }: TestFile): string => {
  const titles = assertionResults.filter(({ status }) => status === 'failed')
  const lines = stripVTControlCharacters(message).split('\n').slice(0, LINES_OF_RED)
  return [name, ...titles.map(({ fullName }) => `  ✕ ${fullName}`), ...lines].join('\n')
}

const total = (counts: readonly Count[]): Count => ({
  passed: counts.reduce((sum, { passed }) => sum + passed, 0),
  failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  reds: counts.flatMap(({ reds }) => reds),
})

const counts = [
  await step('types', 'npx', 'tsc', '--noEmit'),
  await step('lint', 'npx', 'eslint', '.'),
  await step('format', 'npx', 'prettier', '--check', '--log-level=warn', '.'),
  await step('unused code', 'npx', 'knip'),
  await step('layers', 'npx', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src'),
  await jest('unit'),
  await jest('lab'),
]
const { passed, failed, reds } = total(counts)
process.exitCode = failed === 0 ? 0 : 1
for (const red of reds) process.stdout.write(`\nfailed: ${red}\n`)
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
