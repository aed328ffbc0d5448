import { TemplateError } from './error.ts'

/**
 * Runs something whose depth a template decides. Nesting and recursion have limits of their own;
 * this is for what they let through together, on a host that called us with little stack left.
 */
export const guardStack = <T>(action: () => T): T => {
  try {
    return action()
  } catch (error) {
    const overflow = error instanceof RangeError && /call stack/.test(error.message)
    if (overflow) throw new TemplateError('the template is nested or calls itself too deeply')
    throw error
  }
}
