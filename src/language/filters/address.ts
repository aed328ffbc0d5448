import { isIP, isIPv4 } from 'node:net'

/** An address of IPv4 or IPv6 with the length of its network's prefix. */
export interface Address {
  readonly version: 4 | 6
  readonly value: bigint
  readonly prefix: number
  /** Whether the text named a prefix. */
  readonly hasPrefix: boolean
}

const widthOf = (version: 4 | 6): number => (version === 4 ? 32 : 128)

/** Reads `10.0.0.1`, `10.0.0.1/24`, `10.0.0.1/255.255.255.0`, `fe80::1/64`; undefined for others. */
export const parseAddress = (text: string): Address | undefined => {
  const [host = '', given, ...more] = text.trim().split('/')
  const kind = isIP(host)
  if (kind === 0 || more.length > 0) return undefined
  const version = kind === 4 ? 4 : 6
  const prefix = given === undefined ? widthOf(version) : prefixOf(given, version)
  if (prefix === undefined) return undefined
  return { version, value: toNumber(host, version), prefix, hasPrefix: given !== undefined }
}

const prefixOf = (given: string, version: 4 | 6): number | undefined => {
  if (/^\d+$/.test(given)) return Number(given) <= widthOf(version) ? Number(given) : undefined
  if (version === 6 || !isIPv4(given)) return undefined
  const bits = toNumber(given, 4).toString(2).padStart(32, '0')
  return /^1*0*$/.test(bits) ? bits.replace(/0+$/, '').length : undefined
}

const toNumber = (host: string, version: 4 | 6): bigint =>
  version === 4
    ? host.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
    : wordsOf(host).reduce((sum, word) => sum * 65536n + word, 0n)

const wordsOf = (host: string): readonly bigint[] => {
  const text = (host.split('%')[0] ?? '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const [head = '', tail] = text.split('::')
  const words = (part: string): bigint[] =>
    part === '' ? [] : part.split(':').map(word => BigInt(`0x${word}`))
  if (tail === undefined) return words(head)
  const [before, after] = [words(head), words(tail)]
  return [...before, ...Array<bigint>(8 - before.length - after.length).fill(0n), ...after]
}

/** An address as text; IPv6 in the short form of RFC 5952. */
export const formatAddress = (value: bigint, version: 4 | 6): string => {
  if (version === 4)
    return [24n, 16n, 8n, 0n].map(shift => String((value >> shift) & 255n)).join('.')
  const words = Array.from(
    { length: 8 },
    (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn,
  )
  const { start, length } = longestZeros(words)
  const text = (part: readonly bigint[]): string => part.map(word => word.toString(16)).join(':')
  if (length < 2) return text(words)
  return `${text(words.slice(0, start))}::${text(words.slice(start + length))}`
}

const longestZeros = (words: readonly bigint[]): { start: number; length: number } => {
  let best = { start: 0, length: 0 }
  words.forEach((_, start) => {
    const end = words.findIndex((word, index) => index >= start && word !== 0n)
    const length = (end === -1 ? words.length : end) - start
    if (length > best.length) best = { start, length }
  })
  return best
}

/** What follows from an address and its prefix. */
export const networkOf = (
  address: Address,
): { network: bigint; broadcast: bigint; size: bigint; mask: bigint } => {
  const width = widthOf(address.version)
  const size = 1n << BigInt(width - address.prefix)
  const mask = (1n << BigInt(width)) - size
  const network = address.value & mask
  return { network, broadcast: network + size - 1n, size, mask }
}

/** Whether an address, or a whole network, lies in a network. */
export const isInside = (address: Address, network: Address): boolean => {
  if (address.version !== network.version || address.prefix < network.prefix) return false
  return (address.value & networkOf(network).mask) === networkOf(network).network
}
