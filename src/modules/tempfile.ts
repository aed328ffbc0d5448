import { defineModule } from '../core/module.ts'
import { path as place } from '../core/probe.ts'
import { oneOf, withDefault } from '../core/schema.ts'
import { fileNamePart, path } from '../core/shapes.ts'
import { lines, sh } from '../core/shell.ts'
import { Uncertain } from '../core/uncertain.ts'
import { lazily } from './result.ts'
import { ANY_FILE } from './destination.ts'

export const tempfile = defineModule({
  name: 'tempfile',
  summary: 'Makes a new temporary file or directory, with every run another.',
  params: {
    state: withDefault(oneOf(['file', 'directory'], 'What to make.'), 'file'),
    path: withDefault(path('The directory to make it in.'), '/tmp'),
    prefix: withDefault(fileNamePart('What its name begins with; no slash.'), 'ansible.'),
    suffix: withDefault(fileNamePart('What its name ends with; no slash.'), ''),
  },
  touches: ANY_FILE,

  probes: () => ({}),

  plan: want => [
    {
      do: 'run',
      summary: `make a temporary ${want.state} in ${want.path}`,
      script: lines(
        sh`set -e`,
        sh`made=$(mktemp ${want.state === 'directory' ? ['-d'] : []} -- ${`${want.path}/${want.prefix}XXXXXXXX`})`,
        // Busybox has no --suffix; nobody else knows the name that is moved.
        sh`[ -z ${want.suffix} ] || mv -n -- "$made" "$made"${want.suffix}`,
        // Whoever saw it appear may have put something of their own in the way.
        sh`[ -O "$made"${want.suffix} ] && [ ! -L "$made"${want.suffix} ] && { [ -z ${want.suffix} ] || [ ! -e "$made" ]; } || exit 1`,
        sh`printf %s "$made"${want.suffix}`,
      ),
      effects: [],
      scope: [place(want.path)],
      act: { kind: 'unproved' },
    },
  ],

  result: (want, _, __, [outcome]) =>
    lazily({
      path() {
        if (outcome?.output === undefined)
          throw new Uncertain('the host makes up the name of a temporary file')
        return outcome.output.stdout.toString('utf8')
      },
      state: () => want.state,
      mode: () => (want.state === 'directory' ? '0700' : '0600'),
    }),
})
