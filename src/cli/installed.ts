import { join } from 'node:path'

/** A path of the package itself: its playbooks and roles come with it. */
export const installed = (path: string): string => join(import.meta.dirname, '..', '..', path)
