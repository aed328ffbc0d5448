import { delayed } from '../delay.ts'
import { Hosts, onHost, PROVISION } from '../hosts.ts'
import type { Bench } from '../main.ts'
import { verdict, type Section } from '../report.ts'
import { inTurns, median } from '../timing.ts'

const FILES = 1000
const ROUND_TRIP_MS = 26
const MOST_SECONDS = 2
const PLACE = '/srv/many'

/** Many small changes over a line that takes its time. */
export const files = async (bench: Bench): Promise<Section> => {
  const hosts = await Hosts.up('debian-12', ['bench1'])
  const line = await delayed(hosts.addresses, ROUND_TRIP_MS)
  try {
    const [host] = hosts.all
    if (host === undefined) throw new Error('there is no host')
    const { ours } = hosts.inventories('files', [`127.0.0.1:${line.ports[0] ?? 0}`])
    const copy = (n: string): string =>
      `copy: { content: "content of ${n}\\n", dest: "${PLACE}/f${n}", mode: "0644" }`
    const loop = hosts.file(
      'loop.yml',
      `- hosts: all\n  gather_facts: false\n  tasks:\n    - { ${copy('{{ item }}')}, loop: "{{ range(${FILES}) | list }}" }\n`,
    )
    const tasks = hosts.file(
      'tasks.yml',
      `- hosts: all\n  gather_facts: false\n  tasks:\n${Array.from({ length: FILES }, (_, n) => `    - { ${copy(String(n))} }\n`).join('')}`,
    )
    const prepare = async (): Promise<void> => {
      // Nothing is deleted: ext4 takes long to give out inodes that were freed a moment ago.
      await onHost(host, `[ ! -d ${PLACE} ] || mv ${PLACE} ${PLACE}-$(date +%s%N); mkdir ${PLACE}`)
    }
    const changes =
      (expected: number) =>
      (printed: string): void => {
        const { hosts: counts } = JSON.parse(printed) as {
          hosts: Record<string, { changed: number }>
        }
        const changed = counts['bench1']?.changed
        if (changed !== expected) throw new Error(`${changed ?? 'no'} changes`)
      }
    const command = (playbook: string): [string, ...string[]] => [
      ...PROVISION,
      ...[playbook, '-i', ours, '--output', 'json'],
    ]
    const turns = await inTurns(
      [
        { name: 'a loop', command: command(loop), prepare, check: changes(1) },
        { name: 'tasks', command: command(tasks), prepare, check: changes(FILES) },
      ],
      bench,
    )
    return {
      title: 'Many small changes',
      about: `${FILES} new files on one host at ${ROUND_TRIP_MS} ms round trip, in one task with a loop and in ${FILES} tasks, log-in included.`,
      tables: [{ heading: `${ROUND_TRIP_MS} ms round trip`, turns }],
      verdicts: [...turns].map(([name, all]) =>
        verdict(`${name}: under ${MOST_SECONDS} s`, {
          value: median(all.map(({ seconds }) => seconds)),
          limit: MOST_SECONDS,
          unit: 's',
        }),
      ),
    }
  } finally {
    line.close()
    await hosts.down()
  }
}
