import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../main.ts'
import { PROVISION } from '../hosts.ts'
import { verdict, type Section } from '../report.ts'
import { Servers } from '../servers.ts'
import { inTurns, median, timed, type Turns } from '../timing.ts'

const SIZES = [10, 100, 500]
const MOST_SECONDS = 30
const MOST_MEMORY = 600
/** What linear growth may be off by, of a host's share at the largest and at the middle size. */
const MOST_GROWTH = 1.5

/** Of those that one hangs among, which is given up after so many seconds. */
const BESIDE_HANGING = { hosts: 100, timeout: 40 }
/** What the others may take, of the time that they take where none hangs. */
const MOST_BESIDE_HANGING = 1.5

const TASKS = `- hosts: all
  gather_facts: false
  tasks:
    - { file: { path: "{{ at }}/d", state: directory, mode: "0755" } }
    - { file: { path: "{{ at }}/d/e", state: directory, mode: "0755" } }
    - { copy: { content: "a\\n", dest: "{{ at }}/a", mode: "0644" } }
    - { copy: { content: "b\\n", dest: "{{ at }}/b", mode: "0644" } }
    - { copy: { content: "{{ at }}\\n", dest: "{{ at }}/c", mode: "0644" } }
    - { lineinfile: { path: "{{ at }}/a", line: a } }
    - { lineinfile: { path: "{{ at }}/b", line: b } }
    - { file: { src: a, dest: "{{ at }}/link", state: link } }
    - { user: { name: root, shell: /bin/bash } }
    - { group: { name: root } }
`

/** The same ten tasks on more and more hosts, nothing to change. */
export const many = async (bench: Bench): Promise<Section> => {
  const servers = await Servers.up(Math.max(...SIZES))
  try {
    const playbook = servers.file('many.yml', TASKS)
    const onHosts = (size: number) => ({
      name: `${size} hosts`,
      command: [
        ...PROVISION,
        ...[playbook, '-i', servers.inventory(size), '--output', 'json'],
        ...['-e', `at=${servers.directory}/work`],
      ] as [string, ...string[]],
    })
    // One makes the files, which are the same for all.
    await timed(onHosts(1), bench.signal)
    const turns = await inTurns(SIZES.map(onHosts), bench)
    const held = await besideHanging(bench, servers)
    const [middle = '', largest = ''] = SIZES.slice(-2).map(size => `${size} hosts`)
    return {
      title: 'Many hosts',
      about:
        'Ten tasks, nothing to change, on so many sshd in mount namespaces of their own on this machine, which also does all that they do.',
      tables: [{ heading: 'hosts', turns }],
      verdicts: [
        verdict(`${largest}: under ${MOST_SECONDS} s`, {
          value: seconds(turns, largest),
          limit: MOST_SECONDS,
          unit: 's',
        }),
        verdict(`${largest}: under ${MOST_MEMORY} MiB`, {
          value: median((turns.get(largest) ?? []).map(({ mebibytes }) => mebibytes)),
          limit: MOST_MEMORY,
          unit: 'MiB',
        }),
        verdict(`time linear: a host's share at most ${MOST_GROWTH} times that at ${middle}`, {
          value:
            seconds(turns, largest) / seconds(turns, middle) / ((SIZES[2] ?? 1) / (SIZES[1] ?? 1)),
          limit: MOST_GROWTH,
          unit: 'times',
        }),
        verdict(
          `one of ${BESIDE_HANGING.hosts} hangs: the others have done all tasks in at most ${MOST_BESIDE_HANGING} times the time that they take otherwise`,
          { value: held, limit: MOST_BESIDE_HANGING, unit: 'times' },
        ),
      ],
    }
  } finally {
    await servers.down()
  }
}

const seconds = (turns: Turns, name: string): number =>
  median((turns.get(name) ?? []).map(turn => turn.seconds))

/**
 * When the last of the hosts has done the last of the tasks while their first hangs, by the time that
 * it takes where none does: a file of each host's own tells.
 */
const besideHanging = async ({ rounds, signal }: Bench, servers: Servers): Promise<number> => {
  const { hosts, timeout } = BESIDE_HANGING
  const done = join(servers.directory, 'work/done')
  const last = `    - { copy: { content: x, dest: "{{ at }}/done/{{ inventory_hostname }}" } }\n`
  const playbook = servers.file('last.yml', `${TASKS}${last}`)
  const flags = [playbook, '-i', servers.inventory(hosts), '--timeout', String(timeout)]
  const command = [...PROVISION, ...flags, '-e', `at=${servers.directory}/work`] as const
  const lastDone = async (name: string, codes: readonly number[], awaited: number) => {
    mkdirSync(done)
    const start = Date.now()
    await timed({ name, command: [...command], codes }, signal)
    const files = readdirSync(done).map(file => statSync(join(done, file)).mtimeMs)
    if (files.length !== awaited) throw new Error(`${files.length} hosts of ${awaited} are done`)
    rmSync(done, { recursive: true })
    return (Math.max(...files) - start) / 1000
  }
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const all = await lastDone('none hangs', [0], hosts)
    servers.hang(0)
    const others = await lastDone('one hangs', [4], hosts - 1).finally(() => {
      servers.wake(0)
    })
    process.stderr.write(
      `  last done: ${all.toFixed(2)} s; where one hangs: ${others.toFixed(2)} s\n`,
    )
    ratios.push(others / all)
  }
  return median(ratios)
}
