/** What the build compiles validators of: all that tasks can call, and how they are validated. */
export { modules } from '../modules/index.ts'
export { actions } from '../language/actions.ts'
export { objectSchema } from '../core/schema.ts'
export { OF_PARAMETERS, schemaKey } from '../core/validator.ts'
