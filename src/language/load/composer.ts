import { isAlias, isMap, isPair, isScalar, isSeq, type Alias, type Scalar } from 'yaml'
import type { Node, YAMLMap, YAMLSeq } from 'yaml'
import { UserError, type Position } from '../../core/error.ts'
import { TemplateText, VaultText, type Raw } from '../value.ts'
import type { Entry, Key, Located, LocatedMap, LocatedScalar } from './located.ts'
import { resolvePlain } from './scalar.ts'
import { looksLikeTemplate, templateText } from './text.ts'
import { QUOTE_TEMPLATE } from './yamlerror.ts'

const YAML_TAG = 'tag:yaml.org,2002:'

/** Turns the parser's nodes into values with places. */
export class Composer {
  readonly #source: string
  readonly #place: (offset: number) => Position
  readonly #onWarning: ((warning: UserError) => void) | undefined
  readonly #anchors = new Map<string, Located>()

  constructor(
    source: string,
    place: (offset: number) => Position,
    onWarning: ((warning: UserError) => void) | undefined,
  ) {
    this.#source = source
    this.#place = place
    this.#onWarning = onWarning
  }

  /** The value of a node; nothing where the file has none. */
  compose(node: unknown, otherwise?: Position): Located {
    if (isAlias(node)) return this.#alias(node)
    const located = isMap(node)
      ? this.#map(node)
      : isSeq(node)
        ? this.#list(node)
        : isScalar(node)
          ? this.#scalar(node)
          : this.#nothing(otherwise ?? this.#place(0))
    if (node instanceof Object && 'anchor' in node && typeof node.anchor === 'string')
      this.#anchors.set(node.anchor, located)
    return located
  }

  #at(node: Node): Position {
    return this.#place(node.range?.[0] ?? 0)
  }

  #nothing(at: Position): LocatedScalar {
    return { kind: 'scalar', raw: null, at, plain: '', text: () => new TemplateText('', at) }
  }

  #alias(node: Alias): Located {
    const found = this.#anchors.get(node.source)
    if (found) return found
    throw new UserError('E_YAML', `there is no anchor "&${node.source}" above`, {
      at: this.#at(node),
    })
  }

  #list(node: YAMLSeq): Located {
    const at = this.#at(node)
    this.#refuseTag(node.tag, ['seq', 'omap', 'pairs'], at)
    const items = node.items.map(item => this.compose(item, at))
    return { kind: 'list', at, items, raw: items.map(item => item.raw) }
  }

  #map(node: YAMLMap): LocatedMap {
    const at = this.#at(node)
    this.#refuseTag(node.tag, ['map', 'set'], at)
    const own = new Map<Key, Entry>()
    const merged = new Map<Key, Entry>()
    for (const pair of node.items) {
      if (!isPair(pair)) continue
      const keyAt = this.#keyPlace(pair.key, at)
      const value = this.compose(pair.value, keyAt)
      if (isMergeKey(pair.key)) mergeInto(merged, value, keyAt)
      else this.#add(own, { key: this.#key(pair.key, keyAt), keyAt, value })
    }
    const entries = merged.size === 0 ? own : new Map([...merged, ...own])
    return { kind: 'map', at, entries, raw: rawMap(entries) }
  }

  #keyPlace(key: unknown, otherwise: Position): Position {
    const range = key instanceof Object && 'range' in key ? key.range : undefined
    return Array.isArray(range) && typeof range[0] === 'number' ? this.#place(range[0]) : otherwise
  }

  #add(entries: Map<Key, Entry>, entry: Entry): void {
    const earlier = entries.get(entry.key)
    if (earlier) {
      const fact = `the key "${String(entry.key)}" stands here again: the value of line ${earlier.keyAt.line} is not used`
      this.#onWarning?.(new UserError('E_DUPLICATE_KEY', fact, { at: entry.keyAt }))
    }
    entries.set(entry.key, entry)
  }

  #key(node: unknown, at: Position): Key {
    const { raw } = this.compose(node, at)
    if (raw === null || typeof raw !== 'object') return raw
    // A template as a key stays text: Ansible does not evaluate keys either.
    if ('source' in raw) return raw.source
    throw new UserError('E_YAML', 'a key must be a text, not a list or a dictionary', {
      at,
      hint: this.#source.includes('{{') ? QUOTE_TEMPLATE : undefined,
    })
  }

  #scalar(node: Scalar): LocatedScalar {
    const at = this.#at(node)
    const value = typeof node.value === 'string' ? node.value : ''
    const plain = node.type === 'PLAIN' ? (node.source ?? value) : undefined
    const [start, end] = node.range ?? [0, 0]
    const text = (): TemplateText =>
      templateText(value, { source: this.#source, start, end, place: this.#place })
    const resolved = this.#resolve(node, value, at)
    const isTemplate =
      typeof resolved === 'string' && node.tag !== '!unsafe' && looksLikeTemplate(value)
    return { kind: 'scalar', at, plain, text, raw: isTemplate ? text() : resolved }
  }

  #resolve(node: Scalar, value: string, at: Position): Raw {
    if (node.tag === '!vault' || node.tag === '!vault-encrypted') return new VaultText(value, at)
    if (node.tag === '!unsafe') return value
    this.#refuseTag(node.tag, ['str', 'int', 'float', 'bool', 'null', 'timestamp', 'merge'], at)
    const isText = node.tag === `${YAML_TAG}str` || node.tag === '!'
    const isTyped = node.tag !== undefined && !isText
    return !isText && (isTyped || node.type === 'PLAIN') ? resolvePlain(value) : value
  }

  #refuseTag(tag: string | undefined, allowed: readonly string[], at: Position): void {
    if (tag === undefined || tag === '!') return
    if (tag.startsWith(YAML_TAG) && allowed.includes(tag.slice(YAML_TAG.length))) return
    const shown = tag.startsWith(YAML_TAG) ? `!!${tag.slice(YAML_TAG.length)}` : tag
    throw new UserError('E_YAML', `the tag "${shown}" is not known`, {
      at,
      hint: 'known are !vault and !unsafe, and !!str, !!int, !!float, !!bool and !!null',
    })
  }
}

const isMergeKey = (key: unknown): boolean =>
  isScalar(key) && key.value === '<<' && key.type === 'PLAIN' && key.tag === undefined

const mergeInto = (entries: Map<Key, Entry>, value: Located, at: Position): void => {
  const sources = value.kind === 'list' ? value.items : [value]
  for (const source of sources) {
    if (source.kind !== 'map')
      throw new UserError('E_YAML', '"<<" merges dictionaries only', { at })
    for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry)
  }
}

const rawMap = (entries: ReadonlyMap<Key, Entry>): ReadonlyMap<Key, Raw> => {
  const raw = new Map<Key, Raw>()
  for (const [key, { value }] of entries) raw.set(key, value.raw)
  return raw
}
