import type { Package } from '../../probes/package.ts'

// A dash at the end would have apt-get install remove the package.
const SPEC = /^(?!.*-$)([a-z0-9][a-z0-9+.-]+(?::[a-z0-9-]+)?)(?:=(.+)|\/(.+))?$/i

/** A package as a task names it. */
export interface Spec {
  /** As apt-get takes it. */
  readonly text: string
  /** The name, with its architecture if one was given. */
  readonly name: string
  /** A `*` at its end stands for any rest. */
  readonly version: string | undefined
}

/** Undefined for what is no package, such as a pattern. */
export const readSpec = (text: string): Spec | undefined => {
  const match = SPEC.exec(text.trim())
  if (!match) return undefined
  return { text: text.trim(), name: match[1] ?? '', version: match[2] }
}

/** Whether a package stands as a task names it. */
export const stands = ({ version }: Spec, found: Package | null): boolean => {
  if (found?.state !== 'installed') return false
  if (version === undefined) return true
  return version.endsWith('*')
    ? found.version.startsWith(version.slice(0, -1))
    : found.version === version
}

/** Whether there is something to remove. */
export const removable = (found: Package | null, purge: boolean): boolean =>
  found !== null && found.providers.length === 0 && (purge || found.state !== 'config-files')
