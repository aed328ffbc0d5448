import type { Keywords } from '../language/play.ts'

interface Choice {
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
}

/** Whether `--tags` and `--skip-tags` let a task run; `always`, `never`, `tagged`, `untagged` and `all` as in Ansible. */
export const isChosen = ({ tags: own }: Keywords, { tags, skipTags }: Choice): boolean => {
  const chosen = tags.length === 0 ? ['all'] : tags
  return isWanted(own, chosen) && !isSkipped(own, chosen, skipTags)
}

const isWanted = (own: readonly string[], chosen: readonly string[]): boolean => {
  if (own.some(tag => chosen.includes(tag))) return true
  if (own.includes('always')) return true
  if (own.includes('never')) return false
  if (chosen.includes('all')) return true
  return own.length > 0 ? chosen.includes('tagged') : chosen.includes('untagged')
}

const isSkipped = (
  own: readonly string[],
  chosen: readonly string[],
  skip: readonly string[],
): boolean => {
  if (skip.length === 0) return false
  if (own.some(tag => skip.includes(tag))) return true
  if (skip.includes('all')) return !(own.includes('always') && !skip.includes('always'))
  if (own.length > 0 && skip.includes('tagged')) return !own.some(tag => chosen.includes(tag))
  return own.length === 0 && skip.includes('untagged')
}
