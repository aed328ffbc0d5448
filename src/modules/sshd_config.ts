import { becomes, type Change, type Guard } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { path as place } from '../core/probe.ts'
import { dictionaryOf, type Want } from '../core/schema.ts'
import { LINE, shapeOf } from '../core/shapes.ts'
import { constant, fed, lines, sh, type Words } from '../core/shell.ts'
import { contentOf } from '../probes/content.ts'
import { fileAppears } from '../probes/effects.ts'
import { sshdOptions, type Sshd } from '../probes/sshd.ts'
import { newInfo } from './attributes.ts'
import { destination } from './destination.ts'
import { contentDiff, requireParent } from './putfile.ts'

const DIRECTORY = '/etc/ssh/sshd_config.d'
const MODE = '0644'

const partName = shapeOf(
  String.raw`^[\w.-]+$`,
  'the name of a file: letters, digits, "_", "-" and "."',
)

const params = {
  name: partName(
    `Name of the file in ${DIRECTORY}, without .conf; of two files the first in order wins.`,
  ),
  options: dictionaryOf(
    {
      keys: { pattern: '^[A-Za-z][A-Za-z0-9]*$', title: 'names of options of sshd' },
      values: LINE,
    },
    'Options of sshd_config(5) with their values, each one line; a list is given line by line.',
  ),
}

export const sshdConfig = defineModule({
  name: 'sshd_config',
  summary:
    'Ensures that options of sshd stand in a file, are in force, and that sshd runs with them.',
  params,

  check({ options }) {
    const block = Object.keys(options ?? {}).find(key => /^(match|include)$/i.test(key))
    return block === undefined
      ? undefined
      : `${block} is not supported here; write such a file with template`
  },

  probes: (want, known) => ({
    ...destination(fileOf(want), known, { follow: false, content: true }),
    sshd: sshdOptions(question(want)),
  }),

  reach: () => [place('/etc/ssh'), { realm: 'unit', name: '*' }],

  plan(want, actual) {
    const at = fileOf(want)
    const sshd = checked(actual.sshd)
    requireParent(at, actual.parent)
    const next = contentOf(Buffer.from(linesOf(want)))
    const stands = actual.content?.sha256 === next.sha256
    if (stands && sshd.differing.length === 0 && sshd.unread.length === 0) return []
    if (stands && sshd.differing.length > 0) throw overridden(at, sshd)
    const inForce = becomes(sshdOptions(question(want)), { ...sshd, differing: [], unread: [] })
    const common = { do: 'run', guard: guardOf(at, sshd.unit) } as const
    if (stands) {
      const reload: Change = {
        ...common,
        summary: `reload ${sshd.unit}: it has not read ${sshd.unread.join(', ')}`,
        script: constant(reloadOf(sshd.unit).text),
        effects: [inForce],
        scope: [{ realm: 'unit', name: '*' }],
      }
      return [reload]
    }
    const info = actual.info ?? newInfo('file', MODE, actual)
    const write: Change = {
      ...common,
      summary: `write ${at}${sshd.unit === '' ? '' : ` and reload ${sshd.unit}`}`,
      diff: contentDiff(
        at,
        { before: actual.content, after: next },
        actual.info === null ? [{ name: 'mode', before: null, after: MODE }] : [],
      ),
      script: replace(at, linesOf(want), sshd.unit),
      effects: [...fileAppears(at, info, next), inForce],
      scope: [place('/etc/ssh'), { realm: 'unit', name: '*' }],
    }
    return [write]
  },
})

type SshdWant = Want<typeof params>

const fileOf = ({ name }: Pick<SshdWant, 'name'>): string => `${DIRECTORY}/${name}.conf`

const linesOf = ({ options }: Pick<SshdWant, 'options'>): string =>
  Object.entries(options)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map(item => `${name} ${worded(item)}\n`),
    )
    .join('')

const worded = (value: unknown): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value).replaceAll(/\s+/g, ' ')

const question = (want: Pick<SshdWant, 'options'>) => ({
  text: linesOf(want),
  names: Object.keys(want.options).map(name => name.toLowerCase()),
})

const checked = (sshd: Sshd | null): Sshd & { kind: 'read' } => {
  if (sshd === null)
    throw new UserError('E_SSHD_MISSING', 'there is no sshd on this host', {
      hint: 'install the package openssh-server first',
    })
  if (sshd.kind === 'refused')
    throw new UserError('E_SSHD_OPTION', `sshd refuses the options: ${sshd.message}`)
  return sshd
}

const overridden = (at: string, { differing }: Sshd & { kind: 'read' }): UserError => {
  const [first] = differing
  return new UserError(
    'E_SSHD_OVERRIDDEN',
    `${at} wants ${first?.name} ${first?.wanted}, but sshd takes ${first?.now}`,
    {
      hint: `sshd takes the first value that it reads: look into /etc/ssh/sshd_config and into files of ${DIRECTORY} that come before, or whether it is included at all`,
    },
  )
}

const reloadOf = (unit: string): Words =>
  unit === '' ? constant(':') : sh`systemctl reload -- ${unit}`

// sshd is asked with the file in place: what it refuses is taken back before anything is reloaded.
const replace = (at: string, content: string, unit: string) =>
  fed(
    lines(
      sh`set -e; umask 077; at=${at}; staged=$(mktemp ${`${DIRECTORY}/.staged.XXXXXX`})`,
      constant(`trap 'rm -f "$staged" "$staged.old"' EXIT
cat >"$staged"; chmod 0644 "$staged"
[ ! -e "$at" ] || cp -a "$at" "$staged.old"
mv -f "$staged" "$at"
if ! said=$(sshd -t 2>&1); then
  if [ -e "$staged.old" ]; then mv -f "$staged.old" "$at"; else rm -f "$at"; fi
  printf '%s\\n' "$said" >&2
  exit 1
fi`),
      reloadOf(unit),
    ),
    content,
  )

// A guard that saved nothing would bring back nothing: it has to know where it is.
const guardOf = (at: string, unit: string): Guard => ({
  why: 'sshd could refuse us',
  save: lines(
    constant('set -e; [ "$PWD" != / ]'),
    sh`if [ -e ${at} ]; then cp -a -- ${at} saved; fi`,
  ),
  undo: lines(
    sh`if [ -e saved ]; then cp -a -- saved ${at}; else rm -f -- ${at}; fi`,
    reloadOf(unit),
  ),
  secondTells: true,
})
