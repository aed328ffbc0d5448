import { statSync } from 'node:fs'
import { hostname, userInfo, type UserInfo } from 'node:os'
import { dirname, resolve } from 'node:path'
import { UserError } from '../core/error.ts'
import { userError } from './errors.ts'
import type { Layer, Resolver } from './resolver.ts'

/** How blocks in a template file treat the white space around them. */
export interface Blocks {
  readonly trimBlocks: boolean
  readonly lstripBlocks: boolean
}

/** What `{{ ansible_managed }}` says in every file; it holds no time, so that files converge. */
const MANAGED = 'This file is managed: changes made here are overwritten.'

const HEADER = /^#jinja2:([^\n]*)(?:\n|$)/

/** The text of a template file, rendered. Throws UserError with a place in it. */
export const renderFile = (
  resolver: Resolver,
  template: { readonly source: string; readonly file: string },
  blocks: Blocks,
): string => {
  const { evaluator, files, now } = resolver.surroundings
  const file = resolve(template.file)
  const [header, settings] = HEADER.exec(template.source) ?? []
  const options = settings === undefined ? blocks : withHeader(blocks, settings, file)
  const includes = files.from(dirname(file))
  try {
    return evaluator.render(
      template.source.slice(header?.length ?? 0),
      { ...options, name: file, line: header === undefined ? 1 : 2, keepTrailingNewline: true },
      { scope: resolver.within(ownVars(file, now), includes), includes },
    )
  } catch (error) {
    throw userError(error, (line, column) => ({ file, line, column }))
  }
}

// `#jinja2: lstrip_blocks: True, trim_blocks: False` on the first line.
const withHeader = (blocks: Blocks, settings: string, file: string): Blocks => {
  let options = blocks
  for (const part of settings.split(',').filter(text => text.trim() !== '')) {
    const [, name, value = ''] = /^\s*(\w+)\s*:\s*['"]?(.*?)['"]?\s*$/.exec(part) ?? []
    const isOn = /^(?:true|yes|on|1)$/i.test(value)
    if (name === 'trim_blocks') options = { ...options, trimBlocks: isOn }
    else if (name === 'lstrip_blocks') options = { ...options, lstripBlocks: isOn }
    else
      throw new UserError('E_TEMPLATE', `"${part.trim()}" cannot be set by a #jinja2: line`, {
        at: { file, line: 1, column: 1 },
        hint: 'known are trim_blocks and lstrip_blocks',
      })
  }
  return options
}

const ownVars = (file: string, now: Date): Layer => {
  const owner = ownerOf(file)
  return new Map<string, unknown>([
    ['ansible_managed', MANAGED],
    ['template_host', hostname()],
    ['template_path', file],
    ['template_fullpath', file],
    ['template_uid', owner],
    ['template_run_date', now.toISOString().replace('T', ' ').replace('Z', '')],
  ])
}

// A template may come from somewhere else than a file.
const ownerOf = (file: string): string => {
  self ??= userInfo()
  const uid = statSync(file, { throwIfNoEntry: false })?.uid ?? self.uid
  return uid === self.uid ? self.username : String(uid)
}

/** Looked up once: each time is a search through the accounts of this computer. */
let self: UserInfo<string> | undefined
