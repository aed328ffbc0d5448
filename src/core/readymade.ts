import type { ValidateFunction } from 'ajv'

/**
 * Validators that were compiled beforehand, by `schemaKey`. There are none in the sources: the build
 * puts those of all modules and actions in the place of this file (`src/build/validators.mjs`).
 */
export const readyMade: ReadonlyMap<string, ValidateFunction> = new Map()
