import { Hosts } from '../hosts.ts'
import type { Bench } from '../main.ts'
import { verdict, type Section } from '../report.ts'
import { SITE_HOSTS, SITE_IMAGE, siteRun } from '../site/run.ts'
import { inTurns, median, timed } from '../timing.ts'

const MOST_TRIPS = 4
const MOST_SECONDS = 1.5

/** The whole site once it stands. */
export const site = async (bench: Bench): Promise<Section> => {
  const hosts = await Hosts.up(SITE_IMAGE, SITE_HOSTS)
  try {
    const run = siteRun(hosts, '--output', 'json')
    const built = await timed(run, bench.signal)
    const turns = await inTurns([{ ...run, check: nothingChanged }], bench)
    const trips = Math.max(
      ...(turns.get('provision') ?? []).flatMap(({ printed }) =>
        Object.values((JSON.parse(printed) as { roundTrips: Record<string, number> }).roundTrips),
      ),
    )
    return {
      title: 'The site, nothing to change',
      about: `\`playbooks/site.yml\` on three Debian 13 hosts (it took ${built.seconds.toFixed(0)} s from bare hosts, packages cached).`,
      tables: [{ heading: 'converged', turns }],
      verdicts: [
        verdict(`at most ${MOST_TRIPS} round trips for each host`, {
          value: trips,
          limit: MOST_TRIPS,
          unit: 'on the host with most',
        }),
        verdict(`under ${MOST_SECONDS} s`, {
          value: median((turns.get('provision') ?? []).map(({ seconds }) => seconds)),
          limit: MOST_SECONDS,
          unit: 's',
        }),
      ],
    }
  } finally {
    await hosts.down()
  }
}

const nothingChanged = (printed: string): void => {
  const { hosts } = JSON.parse(printed) as { hosts: Record<string, { changed: number }> }
  if (Object.values(hosts).some(({ changed }) => changed > 0))
    throw new Error(`something changed:\n${printed}`)
}
