import type { Filter } from '../../jinja/index.ts'

/** Ansible's tests by name, without the prefix `ansible.builtin.`. */
export const TESTS: Readonly<Record<string, Filter>> = {}
