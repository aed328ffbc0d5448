const CLASSES: Readonly<Record<string, string>> = {
  d: '[0-9]',
  w: '[[:alnum:]_]',
  s: '[[:space:]]',
  S: '[^[:space:]]',
  D: '[^0-9]',
}

const LACKING = /\(\?|[*+?}]\?|\\[1-9AZbBWnrtxu]/

/** Why grep has no equal of a regular expression of Python's; undefined when it has. */
export const notExtended = (pattern: string): string | undefined =>
  LACKING.test(pattern)
    ? `"${pattern}" is matched by grep on the host, which lacks (?…), lazy repeats, \\b, \\W and back references`
    : undefined

/** The same for grep -E. */
export const extendedRegex = (pattern: string): string =>
  pattern.replaceAll(/\\([dwsSD])/g, (_, letter: string) => CLASSES[letter] ?? '')
