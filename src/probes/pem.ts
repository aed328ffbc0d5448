import { answer, path, probeOf, unanswered, type Answer, type ProbeKind } from '../core/probe.ts'
import { keep, type Secret } from '../core/secret.ts'
import { constant, lines, sh } from '../core/shell.ts'
import { Frame, readFrames } from './frame.ts'

/** What stands in files of certificates and keys. */
export type PemFiles =
  | {
      readonly kind: 'read'
      /** In the order of the paths; null where there is no file. A key is among them. */
      readonly texts: readonly (Secret | null)[]
    }
  | {
      /** A dry run's: they will hold a new certificate and key. */
      readonly kind: 'issued'
      /** What the certificate is to be, as text. */
      readonly request: string
    }

// PEM has no NUL; 256 KiB hold hundreds of certificates.
const LIBRARY = constant(`
pem() {
  if [ -f "$1" ]; then
    text=$(head -c 262144 "$1" && echo x) || { printf 'unreadable\\0\\0'; return; }
    printf 'file\\0%s\\0' "\${text%x}"
  elif [ -e "$1" ] || [ -L "$1" ]; then printf 'other\\0\\0'
  else printf 'none\\0\\0'; fi
}`)

const kind: ProbeKind<readonly string[], PemFiles> = {
  name: 'pem files',
  ask: questions => lines(LIBRARY, ...questions.flat().map(file => sh`pem ${file}`)),
  read: (output, questions) =>
    readFrames(output, questions, frame => questions.map(files => readAll(frame, files))),
  dependsOn: files => files.map(path),
}

/** The texts of files of certificates and keys, whose paths hold no link. */
export const pemFiles = probeOf(kind)

const readAll = (frame: Frame, files: readonly string[]): Answer<PemFiles> => {
  const found = files.map(file => ({ file, tag: frame.text(), text: frame.text() }))
  const odd = found.find(({ tag }) => tag === 'unreadable' || tag === 'other')
  if (odd !== undefined) return unanswered(`${odd.file} is no file that can be read`)
  const texts = found.map(({ tag, text }) => (tag === 'file' ? keep(text) : null))
  return answer({ kind: 'read', texts })
}
