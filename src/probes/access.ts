import { answer, path as place, probeOf, type ProbeKind } from '../core/probe.ts'
import { inBatches, readFrames } from './frame.ts'

/** What the account that asks may do with a path. */
export interface Access {
  readonly readable: boolean
  readonly writeable: boolean
  readonly executable: boolean
}

const LIBRARY = `
access() {
  for p; do
    may=
    if [ -r "$p" ]; then may=r; fi
    if [ -w "$p" ]; then may=\${may}w; fi
    if [ -x "$p" ]; then may=\${may}x; fi
    printf '%s\\0' "$may"
  done
}
`

const kind: ProbeKind<string, Access> = {
  name: 'access',
  ask: questions => inBatches(LIBRARY, 'access', questions),
  read: (output, questions) =>
    readFrames(output, questions, frame => {
      const may = frame.text()
      return [
        answer({
          readable: may.includes('r'),
          writeable: may.includes('w'),
          executable: may.includes('x'),
        }),
      ]
    }),
  dependsOn: question => [place(question)],
}

/** May the account read, write, execute; all no where there is nothing. */
export const access = (name: string) => probeOf(kind)(name)
