import { TemplateError } from '../error.ts'
import { escapeHtml } from '../runtime/html.ts'

interface LinkOptions {
  readonly limit: number | undefined
  readonly rel: string
  readonly target: string | undefined
  readonly schemes: readonly string[]
}

const URL =
  /^(?:(?:https?:\/\/|www\.)(?:(?:[\w%-]+\.)+)?(?:[a-z]{2,63}|xn--[\w%]{2,59})|(?:[\w%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)|https?:\/\/(?:\d{1,3}(?:\.\d{1,3}){3}|\[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\]))(?::\d{1,5})?(?:[/?#]\S*)?$/i
const EMAIL = /^\S+@\w[\w.-]*\.\w+$/
const SCHEME = /^[\w.+-]{2,}:\/{0,2}$/
const HEAD = /^(?:[(<]|&lt;)+/
const TAIL = /(?:[)>.,\n]|&gt;)+$/
const BRACKETS = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const

/** A text as HTML in which URLs and addresses are links. */
export const linkUrls = (text: string, options: LinkOptions): string => {
  for (const scheme of options.schemes)
    if (!SCHEME.test(scheme)) throw new TemplateError(`'${scheme}' is no prefix of a URL`)
  return escapeHtml(text)
    .text.split(/(\s+)/)
    .map(word => linkWord(word, options))
    .join('')
}

const linkWord = (word: string, options: LinkOptions): string => {
  const head = HEAD.exec(word)?.[0] ?? ''
  let middle = word.slice(head.length)
  let tail = TAIL.exec(middle)?.[0] ?? ''
  middle = middle.slice(0, middle.length - tail.length)
  for (const [open, close] of BRACKETS) {
    // A bracket that the URL opens is closed by the URL, not behind it.
    const opened = count(middle, open)
    const unbalanced = opened > count(middle, close) ? Math.min(opened, count(tail, close)) : 0
    for (let moved = 0; moved < unbalanced; moved++) {
      const end = tail.indexOf(close) + close.length
      middle += tail.slice(0, end)
      tail = tail.slice(end)
    }
  }
  return head + linkAddress(middle, options) + tail
}

const linkAddress = (address: string, { limit, rel, target, schemes }: LinkOptions): string => {
  const attributes =
    (rel === '' ? '' : ` rel="${escapeHtml(rel).text}"`) +
    (target === undefined ? '' : ` target="${escapeHtml(target).text}"`)
  const label =
    limit !== undefined && address.length > limit ? `${address.slice(0, limit)}...` : address
  if (URL.test(address)) {
    const href = /^https?:\/\//.test(address) ? address : `https://${address}`
    return `<a href="${href}"${attributes}>${label}</a>`
  }
  if (address.startsWith('mailto:') && EMAIL.test(address.slice(7)))
    return `<a href="${address}">${address.slice(7)}</a>`
  if (!/^www\.|^@|:/.test(address) && EMAIL.test(address))
    return `<a href="mailto:${address}">${address}</a>`
  const known = schemes.some(scheme => address !== scheme && address.startsWith(scheme))
  return known ? `<a href="${address}"${attributes}>${address}</a>` : address
}

const count = (text: string, part: string): number => text.split(part).length - 1
