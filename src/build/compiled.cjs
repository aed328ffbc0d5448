// Stands in dist/cli/ for the program: the same as one script, compiled from V8's code cache beside
// it where this Node takes it (the Node that built it does), and from its text otherwise.
'use strict'
const { readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { join } = require('node:path')
const { setFlagsFromString } = require('node:v8')
const { Script } = require('node:vm')

const file = join(__dirname, 'program.cjs')

const cacheIfThere = () => {
  try {
    return readFileSync(join(__dirname, 'program.cache'))
  } catch {
    return undefined
  }
}

const script = new Script(
  `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`,
  { filename: file, cachedData: cacheIfThere() },
)

// What runs a few thousand times is not worth V8's optimizing compiler, which took a third of the
// processor in runs of a second. Node 22 and later have a cheaper one before it.
// `own` is the default of V8 in Node 20.
const BUDGET = { own: 67584, ours: 1000000 }
const optimizeAfter = budget => {
  if (process.version.startsWith('v20.')) setFlagsFromString(`--interrupt-budget=${budget}`)
}
optimizeAfter(BUDGET.ours)

const program = { exports: {} }
script.runInThisContext()(program.exports, createRequire(file), program, file, __dirname)

exports.main = program.exports.main

/** What has been compiled so far, for `program.cache`: V8 takes it under the same settings only. */
exports.codeCache = () => {
  optimizeAfter(BUDGET.own)
  return script.createCachedData()
}

/** Whether this Node compiled from the cache. */
exports.fromCache = script.cachedDataRejected === false
