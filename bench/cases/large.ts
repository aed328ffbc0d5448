import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { Hosts, onHost, PROVISION } from '../hosts.ts'
import type { Bench } from '../main.ts'
import { verdict, type Section } from '../report.ts'
import { inTurns, median, ratio } from '../timing.ts'

const MEBIBYTES = 1024
const LEAST_OF_SCP = 0.7
const MOST_MEMORY = 300

/** One large file to three hosts at the same time. */
export const large = async (bench: Bench): Promise<Section> => {
  const hosts = await Hosts.up('debian-13', ['bench1', 'bench2', 'bench3'])
  try {
    const file = join(hosts.directory, 'large')
    execFileSync('dd', ['if=/dev/urandom', `of=${file}`, 'bs=1M', `count=${MEBIBYTES}`], {
      stdio: 'ignore',
    })
    const { ours } = hosts.inventories('large', hosts.addresses)
    const playbook = hosts.file(
      'large.yml',
      `- hosts: all\n  gather_facts: false\n  tasks:\n    - { copy: { src: ${file}, dest: /srv/large, mode: "0644" } }\n`,
    )
    const scp = hosts.all.map(
      ({ address, keyFile }) =>
        `scp -q -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i ${keyFile} ${file} root@${address}:/srv/large & p="$p $!"`,
    )
    const prepare = async (): Promise<void> => {
      for (const host of hosts.all) await onHost(host, 'rm -f /srv/large; sync')
    }
    const turns = await inTurns(
      [
        {
          name: 'provision',
          command: [...PROVISION, playbook, '-i', ours],
          prepare,
        },
        {
          name: 'scp',
          command: ['sh', '-c', `${scp.join('\n')}\nfor one in $p; do wait $one || exit 1; done`],
          prepare,
        },
      ],
      bench,
    )
    const memory = (turns.get('provision') ?? []).map(({ mebibytes }) => mebibytes)
    return {
      title: 'A large file',
      about: `${MEBIBYTES} MiB of random bytes to three Debian 13 hosts at the same time; ours is also hashed on both sides and flushed.`,
      tables: [{ heading: 'way', turns }],
      verdicts: [
        verdict(`at least ${100 * LEAST_OF_SCP} % of scp's speed`, {
          value: ratio(turns, 'scp', 'provision'),
          limit: LEAST_OF_SCP,
          least: true,
          unit: 'of its speed',
        }),
        verdict(`memory bounded (${MOST_MEMORY} MiB)`, {
          value: median(memory),
          limit: MOST_MEMORY,
          unit: 'MiB',
        }),
      ],
    }
  } finally {
    await hosts.down()
  }
}
