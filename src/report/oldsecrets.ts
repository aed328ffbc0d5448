import { MASK } from '../core/secret.ts'

/** What stands before each mask of a text, such as `password = `: the old secret may stand elsewhere. */
export const headsOfMasks = (text: string): readonly string[] =>
  text.includes(MASK) ? [...new Set(text.split('\n').flatMap(headOfMask))] : []

/** Shorter beginnings say nothing of what follows them. */
const SHORTEST_HEAD = 3

const headOfMask = (line: string): string[] => {
  const at = line.indexOf(MASK)
  const head = at < 0 ? '' : line.slice(0, at).trim()
  return head.length < SHORTEST_HEAD ? [] : [head]
}

/**
 * A secret that has been replaced is nowhere registered. Old lines are hidden from where a new line
 * of the same place, or one that begins alike, has its secret; as a whole where they begin otherwise;
 * and behind what is called a password.
 */
export const withoutOldSecrets = (
  lines: readonly string[],
  heads: readonly string[],
): readonly string[] => {
  const result = lines.map(line => (isOld(line) ? `-${hideOld(line.slice(1), heads)}` : line))
  for (let start = 0; start < lines.length; start++) {
    let end = start
    while (isOld(lines[end]) || isNew(lines[end])) end++
    if (isReplaced(lines.slice(start, end)))
      for (let i = start; i < end; i++) if (isOld(lines[i])) result[i] = `-${MASK}`
    start = end
  }
  return result
}

const isOld = (line: string | undefined): boolean => line?.startsWith('-') === true
const isNew = (line: string | undefined): boolean => line?.startsWith('+') === true

/** Whether a new line has a secret behind something that no old line of the place begins with. */
const isReplaced = (place: readonly string[]): boolean => {
  const masked = place.filter(line => isNew(line) && line.includes(MASK))
  const heads = masked.map(line => line.slice(1, line.indexOf(MASK)).trim())
  const old = place.filter(isOld).map(line => line.slice(1).trim())
  return heads.some(head => !old.some(line => head !== '' && line.startsWith(head)))
}

/** An old text without the secrets that it is likely to hold. */
export const hideOld = (text: string, heads: readonly string[] = []): string => {
  const lead = text.length - text.trimStart().length
  const head = heads.find(one => text.startsWith(one, lead))
  if (head !== undefined) return `${text.slice(0, lead + head.length)}${MASK}`
  return SECRETS.reduce((rest, pattern) => rest.replaceAll(pattern, MASK), text)
}

/** What is called a secret, up to what is assigned to it. */
const CALLED =
  '(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|api[-_ ]?key|private[-_]?key|auth[-_]?key)'

const SECRETS: readonly RegExp[] = [
  // `db_password: x`, `"token" => "x"`, `PASSWORD='x'`
  new RegExp(`(?<=${CALLED}["']?\\]?[ \\t]*(?:=>|:=|[:=])[ \\t]*)[^\\s=>].*`, 'gi'),
  // `requirepass x`, `password x`, `IDENTIFIED BY 'x'`
  /(?<=\b(?:requirepass|masterauth|password|identified by)[ \t]+)\S.*/gi,
  // `<password>x<`
  new RegExp(`(?<=<[\\w:.-]*${CALLED}>)[^<]+`, 'gi'),
  // `mysql://app:x@`
  /(?<=\w:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/g,
  // `Authorization: Basic x`
  /(?<=\b(?:basic|bearer)[ \t]+)[\w+/=.~-]+/gi,
]
