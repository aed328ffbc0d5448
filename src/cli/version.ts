import { readFileSync } from 'node:fs'
import { installed } from './installed.ts'

/** The version of this program. */
export const version = (): string =>
  (JSON.parse(readFileSync(installed('package.json'), 'utf8')) as { version: string }).version
