import { Ajv } from 'ajv'
import { objectSchema } from '../../src/core/schema.ts'
import { modules } from '../../src/modules/index.ts'

// At run time nothing holds them against the metaschema: it costs more than checking a playbook.
test.each([...modules.values()].map(module => ({ name: module.name, params: module.params })))(
  'the parameters of $name are a valid JSON Schema',
  ({ params }) => {
    const ajv = new Ajv({ strict: false })
    expect([ajv.validateSchema(objectSchema(params)), ajv.errors]).toEqual([true, null])
  },
)
