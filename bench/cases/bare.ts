import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sshArguments } from '../../src/lab/ssh.ts'
import { changed, type Report } from '../../test/lab/report.ts'
import { Hosts } from '../hosts.ts'
import type { Bench } from '../main.ts'
import { verdict, type Section } from '../report.ts'
import { SITE_HOSTS, SITE_IMAGE, siteRun } from '../site/run.ts'
import { byHand } from '../site/script.ts'
import { inTurns, ratio, timed, type Contender } from '../timing.ts'

const MOST_OF_SCRIPT = 1.15

/** The whole site from nothing. */
export const bare = async (bench: Bench): Promise<Section> => {
  const hosts = await Hosts.up(SITE_IMAGE, SITE_HOSTS)
  try {
    // What the script installs is taken from hosts that stand; the packages are downloaded by then.
    await timed(siteRun(hosts), bench.signal)
    const script = scripts(hosts)
    const prepare = (): Promise<void> => hosts.renew()
    const dryRun = siteRun(hosts, '--dry-run', '--output', 'json')
    const left = new Set<string>()
    const sameAsOurs = async (): Promise<void> => {
      const { printed } = await timed({ ...dryRun, codes: [0, 3] }, bench.signal)
      for (const { host, task } of changed(JSON.parse(printed) as Report))
        left.add(`${host}: ${task}`)
      await hosts.renew()
    }
    const turns = await inTurns(
      [
        { ...script, prepare },
        { ...siteRun(hosts), prepare: sameAsOurs },
      ],
      bench,
    )
    return {
      title: 'The site from bare hosts',
      about: `\`playbooks/site.yml\` on three bare Debian 13 hosts, whose packages come from a cache beside them, and a script for each that installs and configures the same (\`bench/site/script.ts\`), at the same time. ${likeness(left)}`,
      tables: [{ heading: 'from bare hosts', turns }],
      verdicts: [
        verdict(`at most ${MOST_OF_SCRIPT} times the script`, {
          value: ratio(turns, 'provision', 'script'),
          limit: MOST_OF_SCRIPT,
          unit: 'times',
        }),
      ],
    }
  } finally {
    await hosts.down()
  }
}

const likeness = (left: ReadonlySet<string>): string =>
  left.size === 0
    ? 'After it, a dry run of ours finds nothing to change.'
    : `After it, a dry run of ours would still change: ${[...left].join('; ')}.`

/** Sends each host its files and its script in one connection, to all at the same time. */
const scripts = (hosts: Hosts): Contender => {
  const sent = Object.entries(byHand(hosts)).map(([name, { files, script }]) => {
    const host = hosts.all.find(one => one.name === name)
    if (host === undefined) throw new Error(`there is no host ${name}`)
    const login = sshArguments(host)
    const folder = join(hosts.directory, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'install.sh'), script)
    writeFileSync(
      join(folder, 'files.tar'),
      execFileSync('ssh', [
        ...login,
        'tar',
        '--create',
        '--directory',
        '/',
        ...files.map(relative),
      ]),
    )
    const there =
      'umask 077; mkdir by-hand; cd by-hand; tar --extract; sh install.sh >install.log 2>&1 || { cat install.log >&2; exit 1; }'
    return `tar --create --directory ${folder} . | ssh ${login.join(' ')} '${there}' & p="$p $!"`
  })
  const wait = 'for one in $p; do wait "$one" || exit 1; done'
  return { name: 'script', command: ['sh', '-c', [...sent, wait].join('\n')] }
}

/** tar strips the leading slash and says so. */
const relative = (path: string): string => path.replace(/^\//, '')
