import { createHash } from 'node:crypto'
import {
  absent,
  answer,
  path as place,
  probeOf,
  unanswered,
  type Answer,
  type ProbeKind,
} from '../core/probe.ts'
import { Frame, inBatches, readFrames } from './frame.ts'
import { LOOK } from './look.ts'

/** Hash functions that coreutils and busybox have a tool for. */
export const ALGORITHMS = ['md5', 'sha1', 'sha256', 'sha512'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** Of which file, by which function. */
export interface ChecksumQuestion {
  readonly path: string
  readonly algorithm: Algorithm
}

// A frame: y NUL hash NUL, or n or e NUL NUL.
const LIBRARY = `${LOOK}
sums() { for p; do sum "\${p%%:*}" "\${p#*:}"; done; }
sum() {
  look "$2"
  hash=
  case $tag in
  l) tag=n ;;
  y) if ! [ -f "$2" ]; then tag=n; else hash=$("$1"sum <"$2") || tag=e; fi ;;
  esac
  printf '%s\\0%s\\0' $tag "\${hash%% *}"
}
`

const kind: ProbeKind<ChecksumQuestion, string> = {
  name: 'checksum',
  ask: questions =>
    inBatches(
      LIBRARY,
      'sums',
      questions.map(({ algorithm, path }) => `${algorithm}:${path}`),
    ),
  read: (output, questions) => readFrames(output, questions, readFrame),
  dependsOn: ({ path }) => [place(path)],
  timeLimit: 300,
}

/** The hash, in hexadecimal, of the regular file at a path without links; absent: there is none. */
export const checksum = (path: string, algorithm: Algorithm) => probeOf(kind)({ path, algorithm })

const readFrame = (frame: Frame): readonly Answer<string>[] => {
  const [tag, hash] = [frame.text(), frame.text()]
  if (tag === 'n') return [absent]
  if (tag === 'e') return [unanswered('it cannot be read (permission denied?)')]
  return [answer(hash)]
}

/** The hash that a file with these bytes has. */
export const checksumOf = (bytes: Buffer, algorithm: Algorithm): string =>
  createHash(algorithm).update(bytes).digest('hex')
