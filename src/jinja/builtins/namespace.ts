import { TemplateObject, UNDEFINED } from '../runtime/values.ts'

/** Python's namespace object: what `{% set ns.x = … %}` writes to from within a loop. */
export class Namespace extends TemplateObject {
  override readonly typeName = 'namespace'
  readonly values: Map<string, unknown>

  constructor(values: Map<string, unknown>) {
    super()
    this.values = values
  }

  override attribute(name: string): unknown {
    return this.values.has(name) ? this.values.get(name) : UNDEFINED
  }
}
