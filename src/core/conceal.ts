import type { Diff, Field } from './diff.ts'
import { MASK } from './secret.ts'

/**
 * A text without the private keys and password hashes in it, whoever wrote them: files of a host are
 * read for a diff, and nobody has registered what they hold.
 */
export const conceal = (text: string): string =>
  text.length < SHORTEST
    ? text
    : HIDDEN.reduce((rest, { sign, hide }) => (rest.includes(sign) ? hide(rest) : rest), text)

/** Characters of the shortest text with something to hide, `secret "x`. */
const SHORTEST = 9

/** A diff without them; files of accounts and their passwords without any. */
export const concealDiff = (diff: Diff): Diff => {
  switch (diff.kind) {
    case 'text':
      return {
        ...diff,
        before: diff.before === null ? null : concealFile(diff.path, diff.before),
        after: diff.after === null ? null : concealFile(diff.path, diff.after),
      }
    case 'fields':
      return { ...diff, fields: diff.fields.map(concealField) }
    case 'bytes':
    case 'novel':
    // Rendered from one that is concealed.
    case 'lines':
      return diff
  }
}

const concealField = ({ name, before, after }: Field): Field => ({
  name,
  before: before === null ? null : conceal(before),
  after: after === null ? null : conceal(after),
})

const concealFile = (path: string, text: string): string =>
  conceal(ACCOUNTS.test(path) ? text.replaceAll(PASSWORD_FIELD, `$1${MASK}`) : text)

/** shadow, gshadow, htpasswd, htdigest and their copies. */
const ACCOUNTS = /(?:^|\/)(?:g?shadow|[\w.-]*ht(?:passwd|digest)[\w.-]*)(?:-|~|\.\w+)?$/
/** The second field of a line, where it is more than a sign that there is no password. */
const PASSWORD_FIELD =
  /(?<=^|\n)([^:#\n]+:)(?![*!x]{0,2}(?:[:\n]|$))[^:\n]+(?::[0-9a-fA-F]{32}(?=\s|$))?/g

interface Hidden {
  /** Stands in every text that has something to hide: a quick look spares the search. */
  readonly sign: string
  readonly hide: (text: string) => string
}

/** All between the first and the last character that is no blank. */
const masked = (body: string): string => body.replace(/\S(?:[\s\S]*\S)?/, MASK)

const isPrivate = (text: string): boolean => /PRIVATE[ +]KEY/.test(text)

const inOrder = (sign: string, pattern: RegExp, hide: (found: string) => string): Hidden => ({
  sign,
  hide: text => text.replaceAll(pattern, hide),
})

/** As it is, or in a URL. */
const BLANK = '(?: |\\+|%20)'
const LABEL = `(?:[A-Z0-9]|${BLANK})*PRIVATE${BLANK}KEY(?:${BLANK}BLOCK)?-----`
const BEGIN = `-----BEGIN${LABEL}`
const END = `-----END${LABEL}`

/** PEM and OpenPGP; of a block that is cut off, whatever could belong to it. */
const BLOCK = new RegExp(
  `(${BEGIN})((?:(?!-----BEGIN)[\\s\\S])*?)(?=${END})|(${BEGIN})((?:[\\w+/=:,. \\t\\r\\n\\\\%-])*)`,
  'g',
)
const hideBlocks = (text: string): string =>
  hideTails(
    text.replaceAll(BLOCK, (_, begin?: string, body?: string, open?: string, rest?: string) =>
      begin === undefined ? `${open ?? ''}${masked(rest ?? '')}` : `${begin}${masked(body ?? '')}`,
    ),
  )

const LAST_LINE = new RegExp(`^[ \\t]*${END}`)

/** Lines of a block whose first line is missing. */
const hideTails = (text: string): string => {
  let isInside = false
  return text
    .split('\n')
    .toReversed()
    .map(line => {
      const wasInside = isInside
      isInside = LAST_LINE.test(line) || (wasInside && /^[ \t]*[\w+/=]+\s*$/.test(line))
      return isInside && wasInside ? masked(line) : line
    })
    .toReversed()
    .join('\n')
}

/** Where a key begins in base64, by how many characters before it were cut off with what precedes it. */
const IN_BASE64 = [
  ['LS0tLS1CRUdJTi', 0],
  ['0tLS0tQkVHSU4', 2],
  ['tLS0tLUJFR0lO', 3],
] as const

const hideBase64 = ([sign, missing]: (typeof IN_BASE64)[number]): Hidden =>
  inOrder(sign, new RegExp(`${sign}(?:[\\w+/=-]|\\\\[nr]|\\s)+`, 'g'), found =>
    decodes(`${'A'.repeat(missing)}${found}`, 'base64') ? masked(found) : found,
  )

const hideHex = (found: string): string => (decodes(found, 'hex') ? masked(found) : found)

const decodes = (text: string, encoding: 'base64' | 'hex'): boolean =>
  isPrivate(Buffer.from(text.replaceAll(/\\[nr]|\s/g, ''), encoding).toString('latin1'))

const MASKED = (): string => MASK

const HIDDEN: readonly Hidden[] = [
  { sign: 'PRIVATE', hide: hideBlocks },
  ...IN_BASE64.map(hideBase64),
  inOrder('2d2d2d2d2d', /2d2d2d2d2d424547494e(?:[0-9a-f]|\s)+/g, hideHex),
  inOrder('2D2D2D2D2D', /2D2D2D2D2D424547494E(?:[0-9A-F]|\s)+/g, hideHex),
  // PuTTY, WireGuard, DNSSEC, keys of name servers.
  inOrder('Private-Lines', /(?<=Private-Lines: \d+\r?\n)(?:[\w+/=]+(?:\r?\n|$))+/g, masked),
  inOrder('Key', /(?<=(?:^|\n)[ \t]*(?:Private|Preshared)Key[ \t]*[=:][ \t]*)\S+/g, MASKED),
  inOrder('secret', /(?<=\bsecret[ \t]+")[^"\n]+/g, MASKED),
  // Hashes of passwords: crypt(3), Argon2, PBKDF2, LDAP, MySQL, PostgreSQL.
  inOrder('$', /\$(?:1|apr1)\$[./\w]{1,8}\$[./\w]{22}(?![./\w])/g, MASKED),
  inOrder('$', /\$5\$(?:rounds=\d+\$)?[./\w]{1,16}\$[./\w]{43}(?![./\w])/g, MASKED),
  inOrder('$', /\$6\$(?:rounds=\d+\$)?[./\w]{1,16}\$[./\w]{86}(?![./\w])/g, MASKED),
  inOrder('$', /\$2[abxy]\$\d\d\$[./\w]{53}(?![./\w])/g, MASKED),
  inOrder('$', /\$(?:y|gy|7)\$[./\w$]{40,}/g, MASKED),
  inOrder('$', /\$argon2(?:id|i|d)\$[\w=,$+/.-]{30,}/g, MASKED),
  inOrder('pbkdf2', /\$?pbkdf2[\w-]*\$\d+\$[\w+/.=]+\$[\w+/.=]{20,}/g, MASKED),
  inOrder('MD5', /\{S?MD5\}[\w+/=]{20,}/g, MASKED),
  inOrder('$A$', /\$A\$\d{3}\$\S{20,}/g, MASKED),
  inOrder('md5', /\bmd5[\da-f]{32}(?![\da-f])/g, MASKED),
  inOrder('scrypt$', /\$?scrypt\$[\w=,$+/.:-]{30,}/g, MASKED),
  inOrder('SHA', /\{S?SHA(?:256|512)?\}[\w+/=]{20,}/g, MASKED),
  inOrder('SCRAM-SHA-256$', /SCRAM-SHA-256\$\d+:[\w+/=]+\$[\w+/=:]+/g, MASKED),
  inOrder('*', /\*[0-9A-F]{40}(?![0-9A-F])/g, MASKED),
]
