import { TemplateError } from '../../jinja/index.ts'

/** `loose` compares numbers and words piece by piece; the others are stricter grammars. */
export type VersionType = 'loose' | 'strict' | 'semver' | 'semantic' | 'pep440'

/** Which of two versions is newer: negative, 0 or positive. */
export const compareVersions = (left: string, right: string, type: string): number => {
  if (left === '' || right === '') throw new TemplateError('an empty version cannot be compared')
  switch (type) {
    case 'loose':
      return comparePieces(loosePieces(left), loosePieces(right))
    case 'strict':
      return comparePieces(strictPieces(left), strictPieces(right))
    case 'semver':
    case 'semantic':
      return compareSemantic(left, right)
    case 'pep440':
      return comparePieces(pythonPieces(left), pythonPieces(right))
    default:
      throw new TemplateError(`version knows no version_type "${type}"`, {
        hint: 'known are loose, strict, semver and pep440',
      })
  }
}

type Piece = number | string

// A shorter version that is the start of a longer one is older: 1.0 < 1.0.0.
const comparePieces = (left: readonly Piece[], right: readonly Piece[]): number => {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = comparePiece(left[index] ?? 0, right[index] ?? 0)
    if (order !== 0) return order
  }
  return left.length - right.length
}

const comparePiece = (left: Piece, right: Piece): number => {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string')
    return left === right ? 0 : left < right ? -1 : 1
  throw new TemplateError(`the versions cannot be compared: "${left}" stands against "${right}"`, {
    hint: "version_type='semver' or 'pep440' knows about letters",
  })
}

const loosePieces = (version: string): readonly Piece[] =>
  (version.match(/\d+|[a-z]+|[^\da-z.]+/g) ?? []).map(toPiece)

const toPiece = (text: string): Piece => (/^\d/.test(text) ? Number(text) : text)

// Two or three numbers, and perhaps `a1` or `b2` behind them, which is older than none.
const strictPieces = (version: string): readonly Piece[] => {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(version)
  if (!match) throw new TemplateError(`"${version}" is not a strict version`)
  const [, major, minor, patch, stage, number] = match
  return [
    Number(major),
    Number(minor),
    Number(patch ?? 0),
    stage === 'a' ? 0 : stage === 'b' ? 1 : 2,
    Number(number ?? 0),
  ]
}

const SEMANTIC = /^(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?(?:\+[\w.-]+)?$/

const compareSemantic = (left: string, right: string): number => {
  const [a, b] = [left, right].map(version => {
    const match = SEMANTIC.exec(version)
    if (!match) throw new TemplateError(`"${version}" is not a semantic version`)
    return { numbers: match.slice(1, 4).map(Number), pre: match[4] }
  })
  const order = comparePieces(a?.numbers ?? [], b?.numbers ?? [])
  if (order !== 0 || a?.pre === b?.pre) return order
  // 1.0.0-rc is older than 1.0.0.
  if (a?.pre === undefined || b?.pre === undefined) return a?.pre === undefined ? 1 : -1
  return comparePrerelease(a.pre.split('.'), b.pre.split('.'))
}

const comparePrerelease = (left: readonly string[], right: readonly string[]): number => {
  for (const [index, piece] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const [a, b] = [piece, other].map(text => (/^\d+$/.test(text) ? Number(text) : text))
    if (a === b) continue
    // Numbers are older than words.
    if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
    return comparePiece(a ?? 0, b ?? 0)
  }
  return left.length - right.length
}

const STAGES: Readonly<Record<string, number>> = {
  dev: -4,
  a: -3,
  alpha: -3,
  b: -2,
  beta: -2,
  c: -1,
  rc: -1,
  post: 1,
}
const NUMBERS = 6

// PEP 440 without local parts: epoch, release filled up with zeros, then the stage.
const pythonPieces = (version: string): readonly number[] => {
  const match =
    /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(dev|alpha|beta|post|a|b|c|rc)[-_.]?(\d*))?$/i.exec(
      version,
    )
  if (!match) throw new TemplateError(`"${version}" is not a version of PEP 440`)
  const [, epoch = '0', release = '', stage, number = ''] = match
  const numbers = release.split('.').map(Number)
  const filled = Array.from(
    { length: Math.max(NUMBERS, numbers.length) },
    (_, i) => numbers[i] ?? 0,
  )
  return [Number(epoch), ...filled, STAGES[stage?.toLowerCase() ?? ''] ?? 0, Number(number)]
}
