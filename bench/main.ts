import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { bare } from './cases/bare.ts'
import { files } from './cases/files.ts'
import { large } from './cases/large.ts'
import { many } from './cases/many.ts'
import { nothing } from './cases/nothing.ts'
import { site } from './cases/site.ts'
import { startup } from './cases/startup.ts'
import { ROOT } from './hosts.ts'
import { results, type Section } from './report.ts'
import type { Taking } from './timing.ts'

/** What every case is given. */
export interface Bench extends Taking {
  /** Names of tools that are not compared with. */
  readonly without: ReadonlySet<string>
}

// New files come before whatever is deleted: ext4 gives out inodes slowly where many were just freed.
const CASES = { startup, files, nothing, site, bare, large, many }

const NEEDED = {
  ansible: '/usr/bin/ansible-playbook',
  mitogen: '/usr/lib/python3/dist-packages/ansible_mitogen/__init__.py',
} as const

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

const positive = (value: string): number => {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('a number from 1 on is needed')
  return Number(value)
}

interface Flags {
  readonly without: readonly string[]
  readonly case: readonly string[]
  readonly rounds: number
  readonly out: string
}

const main = async (): Promise<void> => {
  const flags = new Command('npm run bench --')
    .description('Measures provision on hosts of its own, and writes bench/RESULTS.md.')
    .option(
      '--without <name>',
      `does not compare with: ${Object.keys(NEEDED).join(', ')}`,
      collect,
      [],
    )
    .option('--case <name>', `only these: ${Object.keys(CASES).join(', ')}`, collect, [])
    .option('--rounds <number>', 'how often each is timed', positive, 5)
    .option('--out <file>', 'where the results go', join(ROOT, 'bench/RESULTS.md'))
    .parse()
    .opts<Flags>()
  const without = new Set(flags.without)
  for (const [name, file] of Object.entries(NEEDED))
    if (!without.has(name) && !existsSync(file))
      throw new Error(`${name} is not installed; --without ${name} leaves it out`)
  const chosen = Object.entries(CASES).filter(
    ([name]) => flags.case.length === 0 || flags.case.includes(name),
  )
  if (chosen.length === 0) throw new Error(`there is no case ${flags.case.join(', ')}`)
  // What runs ends and fails its case, which takes its hosts down.
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stop.abort(new Error(`ended by ${signal}`))
    })
  const sections: Section[] = []
  for (const [name, run] of chosen) {
    process.stderr.write(`${name}\n`)
    sections.push(await run({ rounds: flags.rounds, signal: stop.signal, without }))
    // After every case: one that fails does not take the others along.
    const versions = [`Node ${process.version}`, ...versionsOf(without)]
    writeFileSync(
      flags.out,
      results(sections, { versions, made: new Date(), rounds: flags.rounds }),
    )
  }
}

const PACKAGES = ['ansible-core', 'ansible-mitogen', 'openssh-client'] as const

const versionsOf = (without: ReadonlySet<string>): readonly string[] =>
  PACKAGES.filter(
    name => !without.has(name.replace('ansible-core', 'ansible').replace('ansible-', '')),
  ).map(name =>
    execFileSync('dpkg-query', ['-W', '-f', '${Package} ${Version}', name], { encoding: 'utf8' }),
  )

await main()
