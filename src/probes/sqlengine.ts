import { answer, probeOf, type Probe } from '../core/probe.ts'
import { constant, sh } from '../core/shell.ts'
import { AS_IT_IS, inWorlds, worldWords, type OfWorld } from './apt/world.ts'
import { readFrames } from './frame.ts'
import type { Engine } from './sql.ts'

/** Which database servers the machine has and could have. */
export interface Engines {
  readonly installed: Engine | undefined
  /** What the package lists offer; empty when there are no lists. */
  readonly offered: readonly Engine[]
  /** Whether there were package lists to look into. */
  readonly hasLists: boolean
}

const ENGINES = ['mysql', 'mariadb'] as const satisfies readonly Engine[]

// madison prints a line per version that could be installed, and nothing for a name that stands in
// the lists only because other packages mention it.
const LIBRARY = constant(`
engines() {
  if command -v mariadbd >/dev/null; then printf 'mariadb\\0'
  elif command -v mysqld >/dev/null; then printf 'mysql\\0'
  else printf '\\0'
  fi
  has=
  if [ -n "$1" ]; then for file in "$1"/*Release; do [ -e "$file" ] && has=yes; done; fi
  printf '%s\\0' "$has"
  versions=
  if [ -n "$1" ] && command -v apt-cache >/dev/null; then
    versions=$(apt-cache -c "$home/conf" madison mysql-server mariadb-server) || exit
  fi
  printf '%s\\0' "$versions"
}`)

/** Debian has MariaDB in its releases and both in sid, Ubuntu has both; so the package lists say. */
export const engines: Probe<Engines> = probeOf<OfWorld, Engines>({
  name: 'database engines',
  // Lists that cannot be fetched offer nothing, and are said not to be there.
  ask: questions =>
    inWorlds(
      LIBRARY,
      questions.map(
        ({ world }) => sh`if ${worldWords(world)}; then engines "$at"; else engines ''; fi`,
      ),
    ),
  read: (output, questions) =>
    readFrames(output, questions, frame => {
      const installed = frame.text()
      const hasLists = frame.text() !== ''
      const named = frame.lines().map(line => line.split('|')[0]?.trim())
      return [
        answer({
          installed: installed === '' ? undefined : (installed as Engine),
          offered: ENGINES.filter(engine => named.includes(`${engine}-server`)),
          hasLists,
        }),
      ]
    }),
  dependsOn: () => [
    { realm: 'package', name: '*' },
    { realm: 'path', name: '/var/lib/apt/lists' },
    { realm: 'path', name: '/etc/apt' },
  ],
})({ world: AS_IT_IS })
