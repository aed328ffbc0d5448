import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Include, Loop } from '../play.ts'
import { isDirectory, isFile } from '../load/files.ts'
import { TemplateText, type Raw } from '../value.ts'

/** What a name in a playbook can come to. */
export interface Targets {
  readonly names: readonly string[]
  /** Whether each of them is meant; otherwise only a run can tell which, if any. */
  readonly certain: boolean
}

/** The files or roles that an include can name. */
export const targetsOf = ({
  target,
  loop,
}: Pick<Include, 'target' | 'loop'>): Targets | undefined => {
  if (typeof target === 'string') return { names: [target], certain: true }
  if (!(target instanceof TemplateText)) return undefined
  const items = literalItems(target.source, loop)
  return items === undefined ? undefined : { names: items, certain: true }
}

// `"{{ item }}"` in a loop over texts that stand right there.
const literalItems = (source: string, loop: Loop | undefined): readonly string[] | undefined => {
  if (loop === undefined || !Array.isArray(loop.items)) return undefined
  const items = loop.items as readonly Raw[]
  const parts = source.split(new RegExp(`\\{\\{\\s*${loop.variable}\\s*\\}\\}`))
  if (parts.length < 2 || parts.some(part => part.includes('{{') || part.includes('{%')))
    return undefined
  return items.every(item => typeof item === 'string')
    ? items.map(item => parts.join(item))
    : undefined
}

/**
 * Files that a template for a file's name may come to, by what it says around its variables; none
 * when it says nothing.
 */
export const filesLike = (source: string, directories: readonly string[]): readonly string[] => {
  if (/\{[%#]/.test(source)) return []
  // No file's name holds a NUL, so that it can mark what is not known.
  const open = source.replaceAll(/\{\{.*?\}\}/gs, '\0')
  const folder = dirname(open)
  if (folder.includes('\0') || open.replaceAll('\0', '') === '') return []
  const pattern = new RegExp(
    `^${basename(open).split('\0').map(escaped).join('.*')}(?:\\.ya?ml|\\.json)?$`,
  )
  return directories
    .map(directory => join(directory, folder))
    .filter(isDirectory)
    .flatMap(directory =>
      readdirSync(directory)
        .filter(name => pattern.test(name))
        .map(name => join(directory, name)),
    )
    .filter(isFile)
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
