import type { Key } from './located.ts'

// The implicit types of YAML 1.1 (yaml.org/type) in the narrower form that PyYAML, and so Ansible,
// reads: `y`, `n` and `-.5` are text, an exponent needs a dot and a sign.
const BOOLEAN = /^(?:(yes|Yes|YES|true|True|TRUE|on|On|ON)|no|No|NO|false|False|FALSE|off|Off|OFF)$/
const NULL = /^(?:~|null|Null|NULL|)$/
const INTEGER =
  /^([-+]?)(?:0b([01_]+)|0([0-7_]+)|0x([\da-fA-F_]+)|(0|[1-9][\d_]*)|([1-9][\d_]*(?::[0-5]?\d)+))$/
const FLOAT = /^(?:[-+]?\d[\d_]*\.[\d_]*|\.\d[\d_]*)(?:[eE][-+]\d+)?$/
const SEXAGESIMAL_FLOAT = /^([-+]?)(\d[\d_]*(?::[0-5]?\d)+\.[\d_]*)$/
const INFINITE = /^([-+]?)\.(?:inf|Inf|INF)$/
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/
const MAYBE_SPECIAL = /^(?:[-+.\d~]|[yYnNtTfFoO])/

/** What a scalar without quotes stands for in YAML 1.1 as Ansible reads it. */
export const resolvePlain = (text: string): Key => {
  if (text === '') return null
  if (!MAYBE_SPECIAL.test(text)) return text
  const boolean = BOOLEAN.exec(text)
  if (boolean) return boolean[1] !== undefined
  if (NULL.test(text)) return null
  return resolveInteger(text) ?? resolveFloat(text) ?? text
}

const resolveInteger = (text: string): number | undefined => {
  const match = INTEGER.exec(text)
  if (!match) return undefined
  const [, sign, binary, octal, hexadecimal, decimal, sexagesimal] = match
  const digits = (given: string | undefined, base: number): number | undefined =>
    given === undefined ? undefined : Number.parseInt(given.replaceAll('_', ''), base)
  const value =
    digits(binary, 2) ?? digits(octal, 8) ?? digits(hexadecimal, 16) ?? digits(decimal, 10)
  const magnitude = value ?? base60(sexagesimal ?? '')
  // Such as `0_`, which matches the pattern and has no digits.
  if (Number.isNaN(magnitude)) return undefined
  return sign === '-' && magnitude !== 0 ? -magnitude : magnitude
}

const resolveFloat = (text: string): number | undefined => {
  if (FLOAT.test(text)) return Number(text.replaceAll('_', ''))
  const sexagesimal = SEXAGESIMAL_FLOAT.exec(text)
  if (sexagesimal) return signed(sexagesimal[1], base60(sexagesimal[2] ?? ''))
  const infinite = INFINITE.exec(text)
  if (infinite) return signed(infinite[1], Number.POSITIVE_INFINITY)
  return NOT_A_NUMBER.test(text) ? Number.NaN : undefined
}

const signed = (sign: string | undefined, value: number): number => (sign === '-' ? -value : value)

const base60 = (text: string): number =>
  text
    .replaceAll('_', '')
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0)
