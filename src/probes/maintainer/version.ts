/** What dpkg makes of two versions (Debian Policy 5.6.12); undefined for an operator of no kind. */
export const compareVersions = (
  left: string,
  operator: string,
  right: string,
): boolean | undefined => {
  // No version is earlier than any; with `-nl` it is later than any.
  const later = operator.endsWith('-nl')
  const order = orderOf(left, right, later)
  switch (operator.replace('-nl', '')) {
    case 'lt':
    case '<<':
      return order < 0
    case 'le':
    case '<=':
    case '<':
      return order <= 0
    case 'eq':
    case '=':
      return order === 0
    case 'ne':
      return order !== 0
    case 'ge':
    case '>=':
    case '>':
      return order >= 0
    case 'gt':
    case '>>':
      return order > 0
    default:
      return undefined
  }
}

const orderOf = (left: string, right: string, later: boolean): number => {
  if (left === '' || right === '') {
    if (left === right) return 0
    return (left === '') === later ? 1 : -1
  }
  const [a, b] = [split(left), split(right)]
  return a.epoch - b.epoch || order(a.upstream, b.upstream) || order(a.revision, b.revision)
}

const split = (version: string): { epoch: number; upstream: string; revision: string } => {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? []
  const dash = rest.lastIndexOf('-')
  return {
    epoch: Number(epoch),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  }
}

/** Text and numbers take turns; a tilde comes before everything, even the end. */
const order = (left: string, right: string): number => {
  const [a, b] = [pieces(left), pieces(right)]
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x = '', y = ''] = [a[i], b[i]]
    const difference = i % 2 === 0 ? textOrder(x, y) : Number(x || 0) - Number(y || 0)
    if (difference !== 0) return difference
  }
  return 0
}

const pieces = (text: string): string[] => [
  ...(/^\d/.test(text) ? [''] : []),
  ...(text.match(/\d+|\D+/g) ?? []),
]

const textOrder = (left: string, right: string): number => {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = weight(left[i]) - weight(right[i])
    if (difference !== 0) return difference
  }
  return 0
}

const weight = (character: string | undefined): number => {
  if (character === '~') return -1
  if (character === undefined) return 0
  return character.charCodeAt(0) + (/[A-Za-z]/.test(character) ? 0 : 256)
}
