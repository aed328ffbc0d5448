import {
  asInteger,
  asText,
  filterWith,
  isTruthy,
  optional,
  TemplateError,
  type Filter,
} from '../../jinja/index.ts'
import { UserError } from '../../core/error.ts'
import { parseYaml } from '../load/yaml.ts'
import { TemplateText, VaultText } from '../value.ts'
import { writeYaml } from './yamlwriter.ts'

const WIDTH = 80

const toYaml = filterWith('indent width sort_keys', (value, [indent, width, sortKeys]) =>
  writeYaml(value, {
    indent: optional(indent, 2, asInteger, 'indent'),
    flowLeaves: true,
    sortKeys: sortKeys === undefined || isTruthy(sortKeys),
    width: optional(width, WIDTH, asInteger, 'width'),
  }),
)

const toNiceYaml = filterWith('indent width sort_keys', (value, [indent, width, sortKeys]) =>
  writeYaml(value, {
    indent: optional(indent, 4, asInteger, 'indent'),
    flowLeaves: false,
    sortKeys: sortKeys === undefined || isTruthy(sortKeys),
    width: optional(width, WIDTH, asInteger, 'width'),
  }),
)

const read = (text: string): unknown => {
  try {
    return asData(parseYaml(text, '(from_yaml)').raw)
  } catch (error) {
    if (error instanceof UserError) throw new TemplateError(error.message, { hint: error.hint })
    throw error
  }
}

/** What was read from YAML as data: a text is never a template, whatever it looks like. */
const asData = (raw: unknown): unknown => {
  if (raw instanceof TemplateText) return raw.source
  if (raw instanceof VaultText) return raw.ciphertext
  if (Array.isArray(raw)) return raw.map(asData)
  if (raw instanceof Map)
    return new Map([...(raw as Map<unknown, unknown>)].map(([key, item]) => [key, asData(item)]))
  return raw
}

const fromYaml = filterWith('', value =>
  typeof value === 'string' ? read(value) : (value ?? null),
)

const fromYamlAll = filterWith('', value =>
  asText(value, 'what from_yaml_all reads')
    .split(/^(?:---(?=\s|$)|\.\.\.\s*$)/m)
    .filter((document, index) => index > 0 || document.trim() !== '')
    .map(read),
)

/** Filters that write and read YAML. */
export const YAML_FILTERS: Readonly<Record<string, Filter>> = {
  to_yaml: toYaml,
  to_nice_yaml: toNiceYaml,
  from_yaml: fromYaml,
  from_yaml_all: fromYamlAll,
}
