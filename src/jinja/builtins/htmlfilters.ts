import { TemplateError } from '../error.ts'
import { asDict, asInteger, asText, optional } from '../runtime/arguments.ts'
import { isTruthy } from '../runtime/compare.ts'
import { type Filter, filterWith } from '../runtime/filter.ts'
import { escapeHtml, forceEscapeHtml } from '../runtime/html.ts'
import { iterate } from '../runtime/iterate.ts'
import { printValue } from '../runtime/print.ts'
import { Undefined } from '../runtime/undefined.ts'
import { dictEntries, Markup } from '../runtime/values.ts'
import { toJson } from './json.ts'
import { linkUrls } from './urlize.ts'

const escape = filterWith('', value => escapeHtml(value), { acceptsMarkup: true })

const MAX_INDENT = 100

// The characters that would end a script or an attribute are escaped, as Jinja does.
const tojson = filterWith('indent', (value, [indent]) => {
  const width = optional<number | undefined>(indent, undefined, asInteger, 'indent')
  const json = toJson(value, {
    sortKeys: true,
    indent: width === undefined ? undefined : Math.min(Math.max(0, width), MAX_INDENT),
  })
  return new Markup(json.replace(/[<>&']/g, escapeAsJson))
})

const escapeAsJson = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const LONE_SURROGATE = /\p{Cs}/gu

const quoteUrl = (value: unknown, isQuery = false): string => {
  const quoted = encodeURIComponent(printValue(value).replace(LONE_SURROGATE, '\ufffd')).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return isQuery ? quoted.replaceAll('%20', '+') : quoted.replaceAll('%2F', '/')
}

const urlencode = filterWith('', value => {
  if (!Array.isArray(value) && !(value instanceof Map)) return quoteUrl(value)
  const pairs = value instanceof Map ? [...dictEntries(value)] : value.map(iterate)
  return pairs.map(pair => `${quoteUrl(pair[0], true)}=${quoteUrl(pair[1], true)}`).join('&')
})

const xmlattr = filterWith('autospace', (value, [autospace = true]) => {
  const attributes: string[] = []
  for (const [key, inner] of dictEntries(asDict(value, "the value for 'xmlattr'"))) {
    if (inner === null || inner instanceof Undefined) continue
    const name = printValue(key)
    if (/[\s/>=]/.test(name))
      throw new TemplateError(`'${name}' cannot be the name of an attribute`)
    attributes.push(`${escapeHtml(name).text}="${escapeHtml(inner).text}"`)
  }
  const text = attributes.join(' ')
  return isTruthy(autospace) && text !== '' ? ` ${text}` : text
})

const ENTITIES = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#34;', '"'],
  ['&#39;', "'"],
  ['&nbsp;', '\u00a0'],
])

const striptags = filterWith('', value =>
  printValue(value)
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<[^>]*>/g, '')
    .split(/\s+/)
    .join(' ')
    .trim()
    .replace(/&(?:amp|lt|gt|quot|nbsp|#34|#39);/g, entity => ENTITIES.get(entity) ?? entity),
)

const urlize = filterWith('trim_url_limit nofollow target rel extra_schemes', (value, args) => {
  const [limit, nofollow = false, target, rel, schemes = []] = args
  const relations = new Set(optional(rel, '', asText, 'rel').split(/\s+/).filter(Boolean))
  if (isTruthy(nofollow)) relations.add('nofollow')
  relations.add('noopener')
  return linkUrls(printValue(value), {
    limit: optional<number | undefined>(limit, undefined, asInteger, 'trim_url_limit'),
    rel: [...relations].sort().join(' '),
    target: optional<string | undefined>(target, undefined, asText, 'target'),
    schemes: iterate(schemes ?? []).map(scheme => asText(scheme, 'a scheme')),
  })
})

/** Filters for HTML, URLs and JSON. */
export const HTML_FILTERS: Readonly<Record<string, Filter>> = {
  e: escape,
  escape,
  forceescape: filterWith('', value => forceEscapeHtml(value)),
  safe: filterWith('', value => new Markup(printValue(value))),
  tojson,
  urlencode,
  urlize,
  xmlattr,
  striptags,
}
