// Writes the program's code cache, with all that a check of our own site compiles.
import { renameSync, writeFileSync } from 'node:fs'
import { codeCache, main } from '../../dist/cli/program.js'

const CACHE = 'dist/cli/program.cache'

process.argv.splice(2, Infinity, 'check', 'playbooks/site.yml', '-i', 'inventory/lab.yml')
await main()
if (process.exitCode !== 0) throw new Error('the check of our own site found mistakes')
writeFileSync(`${CACHE}.new`, codeCache())
renameSync(`${CACHE}.new`, CACHE)
