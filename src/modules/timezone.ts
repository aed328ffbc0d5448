import type { Change } from '../core/change.ts'
import { fieldsDiff } from '../core/diff.ts'
import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { path as place } from '../core/probe.ts'
import { shapeOf } from '../core/shapes.ts'
import { lines, sh } from '../core/shell.ts'
import { withFields } from '../core/uncertain.ts'
import { content, contentOf } from '../probes/content.ts'
import { fileAppears, linkAppears } from '../probes/effects.ts'
import { path } from '../probes/path.ts'
import { newInfo } from './attributes.ts'

const ZONES = '/usr/share/zoneinfo'
const LINK = '/etc/localtime'
// Debian kept the name here too, until 13.
const NAME = '/etc/timezone'

const zoneName = shapeOf(
  '^[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*$',
  'a time zone such as "Europe/Berlin"',
)

export const timezone = defineModule({
  name: 'timezone',
  summary: "Sets the host's time zone.",
  params: { name: zoneName('A zone, such as `Europe/Berlin` or `UTC`.') },

  probes: want => ({
    zone: path(`${ZONES}/${want.name}`),
    link: path(LINK),
    file: path(NAME),
    text: content(NAME),
  }),

  reach: () => [place(LINK), place(NAME)],

  plan(want, { zone, link, file, text: written }): readonly Change[] {
    if (zone === null || zone.kind === 'directory')
      throw new UserError('E_TIMEZONE', `there is no time zone ${want.name} on this host`, {
        hint: 'is the package tzdata installed?',
      })
    const now = link?.target.replace(/^.*\/zoneinfo\//, '') ?? null
    const wanted = contentOf(Buffer.from(`${want.name}\n`))
    const inFile = written?.bytes?.toString('utf8').trim() ?? null
    const named = file === null || inFile === want.name
    if (now === want.name && named) return []
    const target = `${ZONES}/${want.name}`
    const info = newInfo('link', '0777', { who: null, parent: null })
    return [
      {
        do: 'run',
        summary: `time zone: ${want.name}`,
        diff: fieldsDiff(
          'time zone',
          { [LINK]: now, ...(named ? {} : { [NAME]: inFile }) },
          { [LINK]: want.name, ...(named ? {} : { [NAME]: want.name }) },
        ),
        script: lines(
          sh`set -e; ln -snf -- ${target} ${`${LINK}.new`}; mv -fT -- ${`${LINK}.new`} ${LINK}`,
          sh`if [ -e ${NAME} ]; then printf '%s\n' ${want.name} >${NAME}; fi`,
        ),
        effects: [
          ...linkAppears(LINK, withFields(info, { target }), target),
          ...(file === null ? [] : fileAppears(NAME, file, wanted)),
        ],
        scope: [place(LINK), place(NAME)],
      },
    ]
  },
})
