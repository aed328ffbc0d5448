import { both } from '../maintainer/condition.ts'
import { not, type Setting, type Truth } from '../maintainer/happening.ts'

/** What decides whether conditions of units hold. */
export interface Circumstances {
  /** What is there once the packages are unpacked. */
  readonly setting: Setting
  /** Whether the archives or their scripts make the path. */
  readonly brings: (path: string) => boolean
  /** What systemd says of conditions now. */
  readonly now: ReadonlyMap<string, boolean>
}

/** Whether all conditions of a unit hold then. */
export const allHold = (conditions: readonly string[], of: Circumstances): Truth =>
  // Those that a bar marks hold together where one of them does.
  conditions.some(line => /=\s*\|/.test(line))
    ? undefined
    : conditions.reduce<Truth>((truth, line) => both(truth, holds(line, of)), true)

const holds = (line: string, { setting, brings, now }: Circumstances): Truth => {
  const [, name = '', negated, operand = ''] =
    /^(?:Condition|Assert)(\w+)=\s*(!?)(.*)$/.exec(line) ?? []
  if (!operand.startsWith('/') || !brings(operand)) return now.get(line)
  const found = setting.at(operand)
  const truth = of(name, operand, { found, setting })
  return negated === '!' ? not(truth) : truth
}

const of = (
  name: string,
  operand: string,
  { found, setting }: { found: ReturnType<Setting['at']>; setting: Setting },
): Truth => {
  if (found === undefined) return undefined
  switch (name) {
    case 'PathExists':
      return found === 'l' ? undefined : found !== ''
    case 'PathIsDirectory':
      return found === 'l' ? undefined : found === 'd'
    case 'PathIsSymbolicLink':
      return found === 'l'
    case 'FileIsExecutable':
      return found === '' ? false : setting.executable(operand)
    default:
      return found === '' ? false : undefined
  }
}
