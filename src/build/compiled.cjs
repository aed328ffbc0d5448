// Stands in dist/cli/ for the program: the same as one script, compiled from V8's code cache beside
// it where this Node takes it (the Node that built it does), and from its text otherwise.
'use strict'
const { readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { join } = require('node:path')
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
const program = { exports: {} }
script.runInThisContext()(program.exports, createRequire(file), program, file, __dirname)

exports.main = program.exports.main

/** What has been compiled so far, for `program.cache`. */
exports.codeCache = () => script.createCachedData()

/** Whether this Node compiled from the cache. */
exports.fromCache = script.cachedDataRejected === false
