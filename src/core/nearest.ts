/** The candidate that `word` is probably a misspelling of, by edit distance; undefined if none. */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  const wanted = word.toLowerCase()
  let best: string | undefined
  // Of a word of one or two letters nearly everything is a neighbour.
  let limit = word.length < 3 ? 0 : Math.max(1, Math.floor(word.length / 3))
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) > limit) continue
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (distance > limit || (best !== undefined && distance === limit)) continue
    best = candidate
    limit = distance
  }
  return best
}

/** `did you mean "x"?`, or undefined when nothing is near. */
export const didYouMean = (word: string, candidates: Iterable<string>): string | undefined => {
  const found = nearest(word, candidates)
  return found === undefined ? undefined : `did you mean "${found}"?`
}

/** `did you mean "x"?`, or else the names there are. */
export const didYouMeanOr = (word: string, known: readonly string[], label: string): string =>
  didYouMean(word, known) ??
  (known.length === 0 ? `there are no ${label}` : `${label}: ${known.toSorted().join(', ')}`)

// Insertions, deletions, replacements, and swaps of two neighbours, each counting one.
const editDistance = (from: string, to: string): number => {
  let older: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = at(above, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const swapped =
        row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
          ? at(older, column - 2) + 1
          : Infinity
      current.push(Math.min(at(above, column) + 1, at(current, column - 1) + 1, replaced, swapped))
    }
    ;[older, above] = [above, current]
  }
  return at(above, to.length)
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity
