#!/usr/bin/env node
import { version } from './version.ts'

/** Asked for alone, the version needs nothing of what the command line is read with. */
const isVersionAlone = ([first, ...rest]: readonly string[]): boolean =>
  (first === '--version' || first === '-V') && rest.length === 0

if (isVersionAlone(process.argv.slice(2))) process.stdout.write(`${version()}\n`)
else void import('./program.ts').then(({ main }) => main())
