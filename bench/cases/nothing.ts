import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { delayed } from '../delay.ts'
import { Hosts, PROVISION, ROOT } from '../hosts.ts'
import { unmeasured, verdict, type Section, type Verdict } from '../report.ts'
import { inTurns, median, ratio, timed, type Contender, type Turns } from '../timing.ts'
import type { Bench } from '../main.ts'
import { DEPLOY, PLAYBOOK, PROBE, templates } from '../nothing/work.ts'

const FAR_MS = 50
const MITOGEN = '/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy'
const ABOUT =
  'Three Debian 12 hosts and 51 tasks: 6 packages, 10 directories, 20 templates, 5 users, 6 lines in a file, 3 services. Each tool has made it so before; now there is nothing to change. The floor asks for the same in one hand-written script per host, over ssh2 from Node.'

/** The same work for all, which finds nothing to do. */
export const nothing = async (bench: Bench): Promise<Section> => {
  const hosts = await Hosts.up('debian-12', ['bench1', 'bench2', 'bench3'])
  try {
    writeWork(hosts)
    const near = contenders(hosts, 'near', hosts.addresses, bench.without)
    await setUp(hosts, near, bench)
    const nearby = await inTurns(near, bench)
    const line = await delayed(hosts.addresses, FAR_MS)
    const addresses = line.ports.map(port => `127.0.0.1:${port}`)
    const far = contenders(hosts, 'far', addresses, bench.without)
    const isQuick = ({ name }: Contender): boolean => name === 'floor' || name === 'provision'
    await timed(far.find(({ name }) => name === 'provision') as Contender, bench.signal)
    const faraway = await inTurns(far.filter(isQuick), bench).finally(() => {
      line.close()
    })
    return {
      title: 'Nothing to change',
      about: ABOUT,
      tables: [
        { heading: 'no added latency', turns: nearby },
        { heading: `${FAR_MS} ms round trip`, turns: faraway },
      ],
      verdicts: verdicts(nearby, faraway),
    }
  } finally {
    await hosts.down()
  }
}

const writeWork = (hosts: Hosts): void => {
  mkdirSync(join(hosts.directory, 'templates'))
  for (const [name, text] of templates()) hosts.file(join('templates', name), text)
  hosts.file('site.yml', PLAYBOOK)
  hosts.file('deploy.py', DEPLOY)
  hosts.file('probe.sh', PROBE)
}

const contenders = (
  hosts: Hosts,
  name: string,
  addresses: readonly string[],
  without: ReadonlySet<string>,
): readonly Contender[] => {
  const { ours, ansible } = hosts.inventories(name, addresses)
  const cwd = hosts.directory
  const playbook = ['ansible-playbook', '-i', ansible, 'site.yml'] as const
  const check = unchangedIn(/changed=(\d+)/g)
  const env = { ANSIBLE_HOST_KEY_CHECKING: 'False', ANSIBLE_FORKS: '10' }
  const all: readonly Contender[] = [
    {
      name: 'floor',
      command: [
        process.execPath,
        join(ROOT, 'bench/floor.mjs'),
        hosts.key,
        'probe.sh',
        ...addresses,
      ],
      cwd,
    },
    {
      name: 'provision',
      command: [...PROVISION, 'site.yml', '-i', ours],
      cwd,
      check: unchangedIn(/changed=(\d+)/g),
    },
    { name: 'ansible', command: playbook, cwd, env, check },
    {
      name: 'mitogen',
      command: playbook,
      cwd,
      env: {
        ...env,
        ANSIBLE_STRATEGY: 'mitogen_linear',
        ANSIBLE_STRATEGY_PLUGINS: MITOGEN,
      },
      check,
    },
    {
      name: 'pyinfra',
      command: [
        'pyinfra',
        '-y',
        ...['--ssh-user', 'root', '--ssh-key', hosts.key],
        hosts.all.map(({ address }) => address).join(','),
        'deploy.py',
      ],
      cwd,
    },
  ]
  const isThere = (tool: string): boolean =>
    (process.env['PATH'] ?? '').split(':').some(folder => existsSync(join(folder, tool)))
  return all.filter(one => !without.has(one.name) && (one.name !== 'pyinfra' || isThere('pyinfra')))
}

/** Fails where a recap counts a change. */
const unchangedIn =
  (counts: RegExp) =>
  (printed: string): void => {
    const found = [...printed.matchAll(counts)].map(([, count]) => Number(count))
    if (found.length === 0 || found.some(count => count > 0))
      throw new Error(`something changed, or nothing was told:\n${printed}`)
  }

/** Every tool makes it so once: they differ over small things, such as a comment of a user. */
const setUp = async (hosts: Hosts, all: readonly Contender[], { signal }: Bench): Promise<void> => {
  const first = `- hosts: web\n  tasks: [{ apt: { name: [python3, python3-apt], update_cache: true } }]\n`
  const { ours } = hosts.inventories('near', hosts.addresses)
  const command = [...PROVISION, hosts.file('first.yml', first), '-i', ours] as const
  await timed({ name: 'set-up', command: [...command] }, signal)
  const tools = all.filter(({ name }) => name !== 'floor')
  for (const tool of [...tools, ...tools.filter(({ name }) => name === 'provision')])
    await timed({ ...tool, check: () => undefined }, signal)
}

const verdicts = (near: Turns, far: Turns): readonly Verdict[] => {
  const cost = (turns: Turns, name: string): number =>
    median((turns.get(name) ?? []).map(({ seconds }) => seconds))
  const [more, moreThanNear] = [far, near].map(
    turns => ((cost(turns, 'provision') - cost(turns, 'floor')) * 1000) / FAR_MS,
  ) as [number, number]
  const limit = 3
  const unit = 'round trips more'
  return [
    verdict('at most 2 times the floor', {
      value: ratio(near, 'provision', 'floor'),
      limit: 2,
      unit: 'times',
    }),
    verdict(`${FAR_MS} ms cost at most ${limit} round trips more than they cost the floor`, {
      value: more - moreThanNear,
      limit,
      unit,
    }),
    verdict(`the time at ${FAR_MS} ms is at most the floor's and ${limit} round trips`, {
      value: more,
      limit,
      unit,
    }),
    ...(
      [
        ['ansible', 60],
        ['mitogen', 20],
        ['pyinfra', 12],
      ] as const
    ).map(([name, limit]) => {
      const target = `at least ${limit} times as fast as ${name}`
      if (!near.has(name)) return unmeasured(target)
      return verdict(target, {
        value: ratio(near, name, 'provision'),
        limit,
        least: true,
        unit: 'times',
      })
    }),
  ]
}
