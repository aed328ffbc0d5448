import type { Filter } from '../../jinja/index.ts'
import { CHANCE_FILTERS } from './chance.ts'
import { DICT_FILTERS } from './dicts.ts'
import { HASH_FILTERS } from './hashes.ts'
import { JSON_FILTERS } from './json.ts'
import { LIST_FILTERS } from './lists.ts'
import { NETWORK_FILTERS } from './network.ts'
import { PATH_FILTERS } from './paths.ts'
import { REGEX_FILTERS } from './regex.ts'
import { TEXT_FILTERS } from './text.ts'
import { TIME_FILTERS } from './times.ts'
import { VALUE_FILTERS } from './values.ts'
import { YAML_FILTERS } from './yaml.ts'

/** Ansible's filters by name, without the name of a collection. */
export const FILTERS: Readonly<Record<string, Filter>> = {
  ...VALUE_FILTERS,
  ...TEXT_FILTERS,
  ...REGEX_FILTERS,
  ...LIST_FILTERS,
  ...DICT_FILTERS,
  ...JSON_FILTERS,
  ...YAML_FILTERS,
  ...PATH_FILTERS,
  ...HASH_FILTERS,
  ...CHANCE_FILTERS,
  ...NETWORK_FILTERS,
  ...TIME_FILTERS,
}
