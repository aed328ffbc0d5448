/** The fleet's certificate authority, kept in a directory of the controller. */
import type { Pki } from '../core/controller.ts'
import { makeAuthority, readAuthority } from './authority.ts'
import { belongsTogether, describe } from './describe.ts'

/** Makes and reads authorities, issues certificates and reads those that others have. */
export const pki: Pki = {
  authority: readAuthority,
  createAuthority: makeAuthority,
  describe,
  belongsTogether,
}
