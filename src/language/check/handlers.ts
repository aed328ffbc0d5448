import { UserError } from '../../core/error.ts'
import { didYouMeanOr } from '../../core/nearest.ts'
import type { Mistakes } from '../load/mistakes.ts'
import { TemplateText, type Raw } from '../value.ts'
import type { PlaySites, Site } from './sites.ts'

/** The names and topics that notify the handlers of a play. */
interface HandlerNames {
  readonly names: ReadonlySet<string>
  /** Names with a template in them, by what they say around it. */
  readonly patterns: readonly RegExp[]
}

/** Checks that everything that is notified by a constant name exists. */
export const checkHandlers = (opened: PlaySites, mistakes: Mistakes): void => {
  if (opened.isOpen) return
  const known = namesOf(opened.handlers)
  for (const { node, certain } of [...opened.sites, ...opened.handlers]) {
    if (!certain || node.kind !== 'task') continue
    const { notify, notifyAt } = node.keywords
    notify.forEach((raw, index) => {
      const name = constantName(raw)
      if (name === undefined || isKnown(name, known)) return
      mistakes.add(
        new UserError('E_UNKNOWN_HANDLER', `no handler is called "${name}"`, {
          at: notifyAt?.[index] ?? node.at,
          hint: didYouMeanOr(name, [...known.names], 'handlers of this play'),
        }),
      )
    })
  }
}

const constantName = (raw: Raw): string | undefined => (typeof raw === 'string' ? raw : undefined)

const isKnown = (name: string, { names, patterns }: HandlerNames): boolean =>
  names.has(name) || patterns.some(pattern => pattern.test(name))

const namesOf = (handlers: readonly Site[]): HandlerNames => {
  const names = new Set<string>()
  const patterns: RegExp[] = []
  for (const { node } of handlers) {
    const { name, nameTemplate } = node.keywords
    const own = [
      ...(name === undefined ? [] : [name]),
      ...(node.kind === 'task' ? node.listen : []),
    ]
    for (const each of own) {
      names.add(each)
      if (node.role) names.add(`${node.role.name} : ${each}`)
    }
    if (nameTemplate instanceof TemplateText) patterns.push(patternOf(nameTemplate.source))
  }
  return { names, patterns }
}

const patternOf = (source: string): RegExp => {
  const parts = source.split(/\{\{.*?\}\}/s)
  const escaped = parts.map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`(?:^|: )${escaped.join('.*')}$`)
}
