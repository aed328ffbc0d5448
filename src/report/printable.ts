/** A host's text without what could move the cursor or rewrite the terminal: shown as `\x1b`. */
export const printable = (text: string): string =>
  text.replaceAll(UNPRINTABLE, character => (character === '\r' ? '' : escaped(character)))

/** The same for a line of a diff, in which nothing may look like what it is not: `\r`, `\ufeff`. */
export const printableLine = (text: string): string =>
  text.replaceAll(UNPRINTABLE, escaped).replaceAll(INVISIBLE, escaped)

const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
/** What takes no room, or looks like a blank or the end of a line and is none. */
const INVISIBLE = /[\u00a0\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u2060\ufeff]/g

const escaped = (character: string): string => {
  if (character === '\r') return '\\r'
  const code = character.charCodeAt(0)
  return code > 0xff
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\x${code.toString(16).padStart(2, '0')}`
}
