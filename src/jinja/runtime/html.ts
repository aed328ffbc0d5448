import { printValue } from './print.ts'
import { Markup } from './values.ts'

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&#34;'],
  ["'", '&#39;'],
])

/** A value as HTML; what is HTML already stays as it is. */
export const escapeHtml = (value: unknown): Markup =>
  value instanceof Markup ? value : forceEscapeHtml(value)

/** A value as HTML, even if it is HTML already. */
export const forceEscapeHtml = (value: unknown): Markup =>
  new Markup(printValue(value).replace(/[&<>"']/g, character => ENTITIES.get(character) ?? ''))
