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
      ],
    }
  } finally {
    await servers.down()
  }
}

const seconds = (turns: Turns, name: string): number =>
  median((turns.get(name) ?? []).map(turn => turn.seconds))
