// Stands in dist/cli/ for the program: the same as one script, compiled from V8's code cache beside
// it where this Node takes it (the Node that built it does), and from its text otherwise.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Script } from 'node:vm'

const file = join(import.meta.dirname, 'program.cjs')

const cacheIfThere = () => {
  try {
    return readFileSync(join(import.meta.dirname, 'program.cache'))
  } catch {
    return undefined
  }
}

const script = new Script(
  `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`,
  { filename: file, cachedData: cacheIfThere() },
)
const program = { exports: {} }
script.runInThisContext()(program.exports, createRequire(file), program, file, import.meta.dirname)

export const { main } = program.exports

/** What has been compiled so far, for `program.cache`. */
export const codeCache = () => script.createCachedData()

/** Whether this Node compiled from the cache. */
export const fromCache = script.cachedDataRejected === false
