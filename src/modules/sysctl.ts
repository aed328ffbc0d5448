import { becomes, type Change } from '../core/change.ts'
import { fieldsDiff } from '../core/diff.ts'
import { UserError } from '../core/error.ts'
import { defineModule } from '../core/module.ts'
import { path as place } from '../core/probe.ts'
import { absolutePath, alias, boolean, oneOf, optional, withDefault } from '../core/schema.ts'
import { line, shapeOf } from '../core/shapes.ts'
import { sh } from '../core/shell.ts'
import {
  kernelParameter,
  parameterPath,
  singleBlanks,
  type KernelParameter,
} from '../probes/kernel.ts'
import { destination } from './destination.ts'
import { putFile } from './putfile.ts'
import { fromBytes } from './source.ts'

// What separates first separates everywhere, and the other of the two belongs to the names; no part
// is empty, `.` or `..`.
const FIRST = String.raw`[^\s\0=#;/.-][^\s\0=#;/.]*`
const WITH_SLASHES = String.raw`(?:/(?!\.{1,2}(?:/|$))[^\s\0=#;/]+)*`
const WITH_DOTS = String.raw`(?:\.(?!/{1,2}(?:\.|$))[^\s\0=#;.]+)*`

const parameterName = shapeOf(
  `^${FIRST}(?:${WITH_SLASHES}|${WITH_DOTS})$`,
  'the name of a kernel parameter, such as "net.ipv4.ip_forward"',
)

export const sysctl = defineModule({
  name: 'sysctl',
  summary: 'Sets a parameter of the kernel, now and for the next boot.',
  params: {
    name: alias(
      parameterName(
        'The parameter, such as `net.ipv4.ip_forward`; `/` may stand for `.`, and nothing outside /proc/sys has a name.',
      ),
      'key',
    ),
    value: optional(alias(line('Its value.'), 'val')),
    state: withDefault(
      oneOf(['present', 'absent'], '`absent` takes it out of the file.'),
      'present',
    ),
    sysctl_file: withDefault(absolutePath('The file that is read at boot.'), '/etc/sysctl.conf'),
    reload: withDefault(boolean('Sets the running kernel too.'), true),
    sysctl_set: withDefault(boolean('Sets the running kernel too.'), false),
  },

  check: want =>
    want.state !== 'absent' && want.name !== undefined && (want.value ?? '') === ''
      ? 'a parameter that is present needs a value'
      : undefined,

  async prepare(_want, { now }) {
    return Promise.resolve(now)
  },

  probes: (want, known) => ({
    ...destination(want.sysctl_file, known, { follow: true, content: true }),
    live: want.state === 'present' ? kernelParameter(want.name) : undefined,
  }),

  reach: want => [place(want.sysctl_file), { realm: 'kernel', name: '*' }],

  plan(want, actual) {
    const { name, value = '', prepared: now } = want
    const before = actual.content?.bytes?.toString('utf8') ?? ''
    const after = edited(before, name, want.state === 'absent' ? undefined : value)
    const writing = {
      mode: undefined,
      owner: undefined,
      group: undefined,
      backup: false,
      validate: undefined,
      unsafe_writes: false,
    }
    const file =
      after === before ? [] : putFile(actual, { now, next: fromBytes(after), want: writing })
    const applies = want.state === 'present' && (want.reload || want.sysctl_set)
    return applies ? [...file, ...liveChange(name, value, actual.live)] : file
  },
})

const sameName = (one: string, other: string): boolean =>
  parameterPath(one) === parameterPath(other)

/** The text with the parameter set once, where it stood or at the end; without it for undefined. */
const edited = (text: string, name: string, value: string | undefined): string => {
  const lines = text.split('\n')
  const isSet = (line: string): boolean => {
    const found = /^\s*-?([^#;=\s]+)\s*=/.exec(line)?.[1]
    return found !== undefined && sameName(found, name)
  }
  const at = lines.findIndex(isSet)
  const own = lines[at]
  const fits = own !== undefined && singleBlanks(own.slice(own.indexOf('=') + 1)) === value
  const kept = lines.filter((line, i) => !isSet(line) || (i === at && value !== undefined))
  if (value === undefined) return kept.join('\n')
  if (at >= 0)
    return kept.map(line => (isSet(line) && !fits ? `${name} = ${value}` : line)).join('\n')
  const body = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${body}${name} = ${value}\n`
}

const liveChange = (name: string, value: string, live: KernelParameter | null): Change[] => {
  if (live === null)
    throw new UserError('E_SYSCTL_UNKNOWN', `the kernel of this host has no parameter ${name}`, {
      hint: 'is the module loaded that brings it?',
    })
  const wanted = singleBlanks(value)
  if (live.value === wanted) return []
  if (!live.writable)
    throw new UserError('E_SYSCTL_READ_ONLY', `${name} cannot be set on this host`, {
      hint: 'a container shares the kernel of its host: set it there, or use "reload: false"',
    })
  return [
    {
      do: 'run',
      summary: `${name} = ${wanted}`,
      diff: fieldsDiff('kernel', { [name]: live.value }, { [name]: wanted }),
      script: sh`printf '%s\n' ${value} >${`/proc/sys/${parameterPath(name)}`}`,
      effects: [becomes(kernelParameter(name), { ...live, value: wanted })],
      scope: [{ realm: 'kernel', name: '*' }],
    },
  ]
}
