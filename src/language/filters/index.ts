import type { Filter } from '../../jinja/index.ts'

/** Ansible's filters by name, without the prefix `ansible.builtin.`. */
export const FILTERS: Readonly<Record<string, Filter>> = {}
