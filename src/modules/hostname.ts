import { becomes, type Change } from '../core/change.ts'
import { fieldsDiff } from '../core/diff.ts'
import { defineModule } from '../core/module.ts'
import { path as place } from '../core/probe.ts'
import { withDefault } from '../core/schema.ts'
import { line, shapeOf } from '../core/shapes.ts'
import { lines, sh } from '../core/shell.ts'
import { content, contentOf } from '../probes/content.ts'
import { fileAppears } from '../probes/effects.ts'
import { liveHostname } from '../probes/kernel.ts'
import { path } from '../probes/path.ts'
import { newInfo } from './attributes.ts'

const FILE = '/etc/hostname'
const SCOPE = [
  { realm: 'kernel', name: 'kernel.hostname' },
  { realm: 'identity', name: '*' },
  place(FILE),
] as const

const hostName = shapeOf(
  '^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$',
  'a host name: letters, digits, "-" and "."',
)

export const hostname = defineModule({
  name: 'hostname',
  summary: "Sets the host's name, now and for the next boot.",
  params: {
    name: hostName('The name; with dots where the host is to know its domain by it.'),
    use: withDefault(line('Accepted; the name is set in one way.'), 'auto'),
  },

  probes: () => ({ live: liveHostname(), info: path(FILE), file: content(FILE) }),

  reach: () => SCOPE,

  plan(want, { live, info, file }): readonly Change[] {
    const written = file?.bytes?.toString('utf8').trim() ?? null
    if (live === want.name && written === want.name) return []
    const shown = (name: string | null, inFile: string | null) => ({ name, [FILE]: inFile })
    return [
      {
        do: 'run',
        summary: `host name: ${want.name}`,
        diff: fieldsDiff('host name', shown(live, written), shown(want.name, want.name)),
        script: lines(
          // In place: container managers mount this file.
          sh`set -e; printf '%s\n' ${want.name} >${FILE}`,
          sh`printf '%s' ${want.name} >/proc/sys/kernel/hostname 2>/dev/null || hostname -- ${want.name}`,
        ),
        effects: [
          becomes(liveHostname(), want.name),
          ...fileAppears(
            FILE,
            info ?? newInfo('file', '0644', { who: null, parent: null }),
            contentOf(Buffer.from(`${want.name}\n`)),
          ),
        ],
        scope: SCOPE,
      },
    ]
  },

  result: want => ({
    name: want.name,
    ansible_facts: { hostname: want.name.split('.')[0] ?? want.name, nodename: want.name },
  }),
})
