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
import { fieldsOf, withUncertain } from '../core/uncertain.ts'
import { Frame, inBatches, readFrames } from './frame.ts'
import { LOOK, STATS } from './look.ts'

/** Up to how many bytes the content of a file is read: 1 MiB. */
export const MOST_CONTENT = 1024 * 1024

/** A regular file's content. */
export interface Content {
  /** In bytes. */
  readonly size: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
  /** Undefined when there are more than `MOST_CONTENT`. */
  readonly bytes: Buffer | undefined
  /** Dry run: names what is yet to be made at random, so that it equals nothing that is there. */
  readonly novel?: string
}

/*
 * Tags: y, n no regular file, e cannot be read. A frame: tags NUL, a line for each y NUL (its size,
 * and its hash when it is too big to be sent), the bytes of the small ones in order. They are read
 * by one cat; when the sum is not what stat said (a file that grows, or lives in /proc), each is
 * read alone, and what came counts. The copy that is measured lies beside the script and goes with it.
 */
const LIBRARY = `${LOOK}${STATS}
copy=\${provision_script%.s}.c
contents() { several "$@" || for p; do single "$p"; done; }
sift() {
  look "$1"
  case $tag in y) if ! [ -f "$1" ]; then tag=n; elif ! [ -r "$1" ]; then tag=e; fi ;; l) tag=n ;; esac
}
several() {
  tags= n=$# sum=0 records=
  while [ $n -gt 0 ]; do
    p=$1; shift; n=$((n - 1))
    sift "$p"
    [ $tag = y ] && set -- "$@" "$p"
    tags=$tags$tag
  done
  sizes "$@" || return 1
  for size in $sizes; do
    p=$1; shift
    if [ $size -le ${MOST_CONTENT} ]; then
      set -- "$@" "$p"
      sum=$((sum + size))
    else
      hash=$(sha256sum <"$p") || return 1
      size="$size \${hash%% *}"
    fi
    records="$records$size
"
  done
  : >"$copy"
  [ $# = 0 ] || cat -- "$@" >"$copy" 2>/dev/null || return 1
  [ $(($(wc -c <"$copy"))) = $sum ] || return 1
  printf '%s\\0%s\\0' "$tags" "$records"
  cat "$copy"
}
sizes() {
  sizes=
  [ $# -gt 0 ] || return 0
  sizes=$(stat -c %s -- "$@" 2>/dev/null)
  count "$sizes"
  [ $counted = $# ]
}
single() {
  sift "$1"
  if [ $tag = y ]; then
    if head -c ${MOST_CONTENT + 1} <"$1" >"$copy"; then
      size=$(($(wc -c <"$copy")))
      [ $size -gt ${MOST_CONTENT} ] || { printf 'y\\0%s\\0' $size; cat "$copy"; return; }
      size=$(stat -c %s -- "$1") && hash=$(sha256sum <"$1") &&
        { printf 'y\\0%s\\0' "$size \${hash%% *}"; return; }
    fi
    sift "$1"
    [ $tag != y ] || tag=e
  fi
  printf '%s\\0\\0' $tag
}
`

const kind: ProbeKind<string, Content> = {
  name: 'content',
  ask: questions => inBatches(LIBRARY, 'contents', questions),
  read: (output, questions) => readFrames(output, questions, readFrame),
  dependsOn: question => [place(question)],
  timeLimit: 120,
}

/**
 * The content of the regular file at an absolute path whose parents hold no link (see `resolve`);
 * absent: there is no regular file.
 */
export const content = (name: string) => probeOf(kind)(name)

const readFrame = (frame: Frame): readonly Answer<Content>[] => {
  const tags = frame.tags()
  const records = frame.lines().values()
  return tags.map(tag => {
    if (tag === 'n') return absent
    if (tag === 'e') return unanswered('it cannot be read (permission denied?)')
    const [size, hash] = Frame.next(records).split(' ')
    if (hash !== undefined) return answer({ size: Number(size), sha256: hash, bytes: undefined })
    return answer(contentOf(frame.take(Number(size))))
  })
}

/** The content that a file with these bytes has. */
export const contentOf = (bytes: Buffer): Content => ({
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length <= MOST_CONTENT ? bytes : undefined,
})

/** Content that is yet to be made, under a name of its own: it differs from all other. */
export const novelContent = (novel: string, reason: string): Content =>
  withUncertain<Content>(
    { size: 0, sha256: '', bytes: undefined, novel },
    ['size', 'sha256', 'bytes'],
    reason,
  )

/** Whether two files hold the same. */
export const holdsSame = (one: Content | null, other: Content | null): boolean => {
  if (one === null || other === null) return one === other
  if (one.novel !== undefined || other.novel !== undefined) return one.novel === other.novel
  return one.sha256 === other.sha256
}

/** The size of what a file holds, without reading it: it may not be known. */
export const sizeOf = (content: Content): Pick<Content, 'size'> => fieldsOf(content, ['size'])

/** Whether its bytes are at hand, or will be once it has been made: a big file's are not read. */
export const hasBytes = (content: Content): boolean => {
  const bytes = Object.getOwnPropertyDescriptor(content, 'bytes')
  return bytes?.get !== undefined || bytes?.value !== undefined
}
