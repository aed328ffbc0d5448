import type { Filter } from '../../jinja/index.ts'
import { FILE_TESTS } from './files.ts'
import { RESULT_TESTS } from './results.ts'
import { VALUE_TESTS } from './values.ts'

/** Ansible's tests by name, without the name of a collection. */
export const TESTS: Readonly<Record<string, Filter>> = {
  ...VALUE_TESTS,
  ...RESULT_TESTS,
  ...FILE_TESTS,
}
