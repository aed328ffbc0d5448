// Compiles the validators of all modules and actions, which stand in the program in the place of
// src/core/readymade.ts.
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import { build } from 'esbuild'

const declared = async () => {
  const outfile = resolve('dist/declared.mjs')
  try {
    await build({
      entryPoints: ['src/build/declared.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      packages: 'external',
    })
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(outfile, { force: true })
  }
}

/** The text of a CommonJS module that exports `readyMade`. */
const compiled = async () => {
  const { modules, actions, objectSchema, OF_PARAMETERS, schemaKey } = await declared()
  const ajv = new Ajv({ ...OF_PARAMETERS, code: { source: true } })
  const schemas = [...modules.values(), ...actions.values()].map(({ params }) =>
    objectSchema(params),
  )
  const byKey = new Map(schemas.map(schema => [schemaKey(schema), schema]))
  for (const [key, schema] of byKey) ajv.addSchema(schema, key)
  const names = [...byKey.keys()].map((key, i) => [`of${i}`, key])
  const entries = names.map(([name, key]) => `['${key}', exports.${name}]`)
  return `${standalone.default(ajv, Object.fromEntries(names))}
exports.readyMade = new Map([${entries.join()}])`
}

export const readyMadeValidators = {
  name: 'ready-made validators',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^\.\/readymade\.ts$/ }, ({ path }) => ({ path, namespace: 'ready-made' }))
    onLoad({ filter: /./, namespace: 'ready-made' }, async () => ({
      contents: await compiled(),
      resolveDir: 'src/core',
    }))
  },
}
