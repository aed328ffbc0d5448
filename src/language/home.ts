import { homedir } from 'node:os'

/** `~` and `~/x` on the controller; another account's home is left as written. */
export const expandHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path
