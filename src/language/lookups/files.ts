import { basename, dirname, join } from 'node:path'
import { UserError } from '../../core/error.ts'
import { asText, isTruthy, optional, printValue, type Kwargs } from '../../jinja/index.ts'
import { globSync } from '../filters/glob.ts'
import { readText } from '../load/yaml.ts'
import { renderFile } from '../templatefile.ts'
import { isVaultText } from '../vault.ts'
import { VaultText } from '../value.ts'
import { firstFound } from './firstfound.ts'
import { isImpure, type Lookup, type LookupCall } from './lookup.ts'

const isOn = (options: Kwargs, name: string, otherwise: boolean): boolean =>
  options.has(name) ? isTruthy(options.get(name)) : otherwise

/** The text of a file of the user's; what is encrypted is opened. */
export const readOpened = (file: string, { resolver }: LookupCall): string => {
  const text = readText(file, resolver.surroundings.inputs)
  if (!isVaultText(text)) return text
  const opened = resolver.surroundings.evaluator.open(
    new VaultText(text, { file, line: 1, column: 1 }),
  )
  return typeof opened === 'string' ? opened : opened.source
}

const file: Lookup = call => {
  isImpure(call)
  const { terms, options, resolver } = call
  return terms.map(term => {
    const found = resolver.surroundings.files.require(printValue(term), 'files')
    const text = readOpened(found, call)
    const stripped = isOn(options, 'rstrip', true) ? text.trimEnd() : text
    return isOn(options, 'lstrip', false) ? stripped.trimStart() : stripped
  })
}

const fileglob: Lookup = call => {
  isImpure(call)
  return call.terms.flatMap(term => {
    const pattern = printValue(term)
    const { files } = call.resolver.surroundings
    // The directory is looked for as a file would be; the pattern is for names in it.
    for (const directory of files.candidates(dirname(pattern), 'files')) {
      const found = globSync(join(directory, basename(pattern)))
      if (found.length > 0) return found
    }
    return []
  })
}

const template: Lookup = call => {
  isImpure(call)
  const { terms, options, resolver } = call
  const { files } = resolver.surroundings
  const vars = options.get('template_vars')
  const inside = vars instanceof Map ? resolver.within(vars, files) : resolver
  return terms.map(term => {
    const found = files.require(printValue(term), 'templates')
    return renderFile(
      inside,
      { source: readOpened(found, call), file: found },
      {
        trimBlocks: isOn(options, 'trim_blocks', true),
        lstripBlocks: isOn(options, 'lstrip_blocks', false),
      },
    )
  })
}

const unvault: Lookup = call => {
  isImpure(call)
  return call.terms.map(term =>
    readOpened(call.resolver.surroundings.files.require(printValue(term), 'files'), call),
  )
}

const unsupported =
  (hint: string): Lookup =>
  ({ name }) => {
    throw new UserError('E_UNSUPPORTED', `the lookup "${name}" is not supported`, { hint })
  }

/** Lookups that read files of the controller. */
export const FILE_LOOKUPS: Readonly<Record<string, Lookup>> = {
  file,
  fileglob,
  template,
  unvault,
  first_found: firstFound,
  url: unsupported('the module uri with delegate_to: localhost reads a page'),
  config: unsupported('there is no ansible.cfg here'),
}

/** Whether all that a lookup's answer depends on are files of the controller. */
export const readsFiles = (name: string): boolean => Object.hasOwn(FILE_LOOKUPS, name)

/** An option of a lookup that is a text. */
export const textOption = (options: Kwargs, name: string, otherwise: string): string =>
  optional(options.get(name), otherwise, value => asText(printValue(value), name), name)
