/** A host's text without what could move the cursor or rewrite the terminal: shown as `\x1b`. */
export const printable = (text: string): string =>
  text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, escape)

const escape = (character: string): string =>
  character === '\r' ? '' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
