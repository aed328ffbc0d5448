import { answer, path, probeOf, unanswered, type ProbeKind } from '../core/probe.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { readFrames } from './frame.ts'

/** What a `.deb` file holds. */
export interface DebFile {
  readonly name: string
  readonly version: string
}

const kind: ProbeKind<string, DebFile> = {
  name: 'deb file',
  ask: files =>
    lines(
      constant(
        `deb() { printf '%s\\0' "$(dpkg-deb -W --showformat='\${Package}\\n\${Version}\\n' "$1" 2>&1)"; }`,
      ),
      ...files.map(file => sh`deb ${file}`),
    ),
  read: (output, files) =>
    readFrames(output, files, frame => {
      const [name = '', version, ...rest] = frame.lines()
      if (version === undefined || rest.length > 0) return [unanswered(name)]
      return [answer({ name, version })]
    }),
  dependsOn: file => [path(file)],
}

/** The package in a `.deb` file on the host. */
export const debFile = probeOf(kind)
