import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from '../main.ts'
import { PROVISION } from '../hosts.ts'
import { verdict, type Section } from '../report.ts'
import { inTurns, median, type Turns } from '../timing.ts'

const TASKS = 1000
const MOST_OVER_NODE = 30
const MOST_CHECK = 400

/** How long it takes until something is said, without any host. */
export const startup = async (bench: Bench): Promise<Section> => {
  const directory = mkdtempSync(join(tmpdir(), 'provision-bench-'))
  const at = join(directory, 'thousand.yml')
  const task = (n: number): string =>
    `    - { name: task ${n}, copy: { content: "{{ n }} ${n}", dest: /srv/f${n}, mode: "0644" } }\n`
  const tasks = Array.from({ length: TASKS }, (_, n) => task(n)).join('')
  writeFileSync(at, `- hosts: all\n  vars: { n: 1 }\n  tasks:\n${tasks}`)
  try {
    const turns = await inTurns(
      [
        { name: 'node', command: [process.execPath, '-e', '0'] },
        { name: '--version', command: [...PROVISION, '--version'] },
        { name: 'check', command: [...PROVISION, 'check', at, '-i', 'localhost,'] },
      ],
      { ...bench, rounds: bench.rounds * 3 },
    )
    return {
      title: 'Start-up',
      about: `\`node -e 0\`, \`provision --version\`, and \`provision check\` of ${TASKS} tasks.`,
      tables: [{ heading: 'command', turns }],
      verdicts: [
        verdict(`--version: Node's own start and ${MOST_OVER_NODE} ms`, {
          value: ms(turns, '--version') - ms(turns, 'node'),
          limit: MOST_OVER_NODE,
          unit: 'ms more',
        }),
        verdict(`check of ${TASKS} tasks: ${MOST_CHECK} ms`, {
          value: ms(turns, 'check'),
          limit: MOST_CHECK,
          unit: 'ms',
        }),
      ],
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const ms = (turns: Turns, name: string): number =>
  1000 * median((turns.get(name) ?? []).map(({ seconds }) => seconds))
