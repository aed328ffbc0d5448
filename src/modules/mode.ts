/** Our scripts run under this umask. */
const UMASK = 0o022
const CLASSES = { u: 6, g: 3, o: 0 } as const
type Class = keyof typeof CLASSES
const BITS = { r: 4, w: 2, x: 1 } as const

/** What a mode is applied to. */
export interface Subject {
  /** Octal digits of the mode it has. */
  readonly mode: string
  readonly kind: string
}

/** Four octal digits: the wanted mode, octal or symbolic, applied to what is there. */
export const modeOf = (wanted: string, subject: Subject): string => {
  if (/^[0-7]+$/.test(wanted)) return formatMode(parseInt(wanted, 8) & 0o7777)
  const bits = wanted
    .split(',')
    .reduce((mode, clause) => applyClause(clause, mode, subject), parseInt(subject.mode, 8))
  return formatMode(bits)
}

/** Four octal digits. */
export const formatMode = (bits: number): string => bits.toString(8).padStart(4, '0')

const applyClause = (clause: string, mode: number, subject: Subject): number => {
  const [, who = '', actions = ''] = /^([ugoa]*)(.*)$/.exec(clause) ?? []
  const classes = classesOf(who)
  const allowed = who === '' ? ~UMASK : ~0
  return [...actions.matchAll(/([-+=])([rwxXstugo]*)/g)].reduce(
    (current, [, operator, letters]) => {
      const bits =
        allowed & bitsOf(letters ?? '', classes, { mode: formatMode(current), kind: subject.kind })
      if (operator === '+') return current | bits
      if (operator === '-') return current & ~bits
      return (current & ~clearedBy(classes, subject)) | bits
    },
    mode,
  )
}

/** Without a letter: all, as far as the umask lets them. */
const classesOf = (who: string): readonly Class[] =>
  who === '' || who.includes('a')
    ? ['u', 'g', 'o']
    : (['u', 'g', 'o'] as const).filter(c => who.includes(c))

const bitsOf = (letters: string, classes: readonly Class[], subject: Subject): number => {
  const mode = parseInt(subject.mode, 8)
  let bits = 0
  for (const letter of letters)
    for (const name of classes)
      bits |= bitOf(letter, name, { mode, isDirectory: subject.kind === 'directory' })
  return bits
}

const bitOf = (
  letter: string,
  name: Class,
  { mode, isDirectory }: { mode: number; isDirectory: boolean },
): number => {
  const shift = CLASSES[name]
  if (letter in BITS) return BITS[letter as keyof typeof BITS] << shift
  if (letter in CLASSES) return ((mode >> CLASSES[letter as Class]) & 7) << shift
  if (letter === 'X') return isDirectory || (mode & 0o111) !== 0 ? 1 << shift : 0
  if (letter === 's') return { u: 0o4000, g: 0o2000, o: 0 }[name]
  return name === 'o' ? 0o1000 : 0
}

/** `=` takes the special bits of its classes, too, but leaves a directory its setuid and setgid. */
const clearedBy = (classes: readonly Class[], { kind }: Subject): number =>
  classes.reduce((bits, name) => {
    const special = kind === 'directory' ? 0 : { u: 0o4000, g: 0o2000, o: 0 }[name]
    return bits | (7 << CLASSES[name]) | special | (name === 'o' ? 0o1000 : 0)
  }, 0)
