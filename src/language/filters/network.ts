import {
  asText,
  filterWith,
  optional,
  printValue,
  TemplateError,
  type Filter,
} from '../../jinja/index.ts'
import { formatAddress, isInside, networkOf, parseAddress, type Address } from './address.ts'

type Query = (address: Address) => unknown

const host = ({ value, version }: Address): string => formatAddress(value, version)

const RESERVED = {
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
  loopback: ['127.0.0.0/8', '::1/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  multicast: ['224.0.0.0/4', 'ff00::/8'],
  other: [
    '0.0.0.0/8',
    '192.0.2.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '240.0.0.0/4',
    '100.64.0.0/10',
    '::/128',
    '2001:db8::/32',
  ],
} as const

const among = (address: Address, kind: keyof typeof RESERVED): boolean =>
  RESERVED[kind].some(text => {
    const network = parseAddress(text)
    return network !== undefined && isInside(address, network)
  })

const orFalse = (holds: boolean, text: string): string | false => (holds ? text : false)

const written = (address: Address): string =>
  address.hasPrefix ? `${host(address)}/${address.prefix}` : host(address)

const isNetworkAddress = (address: Address): boolean =>
  address.hasPrefix && address.value === networkOf(address).network

const usable = (address: Address): { first: bigint; last: bigint } => {
  const { network, broadcast, size } = networkOf(address)
  // Of IPv4's point-to-point networks (RFC 3021) both addresses are usable.
  if (address.version === 6 || size <= 2n) return { first: network, last: broadcast }
  return { first: network + 1n, last: broadcast - 1n }
}

const inNetwork = (address: Address, value: bigint): string =>
  `${formatAddress(value, address.version)}/${address.prefix}`

const QUERIES: Readonly<Record<string, Query>> = {
  '': written,
  address: address =>
    isNetworkAddress(address) && networkOf(address).size > 2n ? false : host(address),
  'host/prefix': address => orFalse(!isNetworkAddress(address), written(address)),
  host: address => orFalse(!isNetworkAddress(address), `${host(address)}/${address.prefix}`),
  ip: host,
  prefix: address => address.prefix,
  network: address => formatAddress(networkOf(address).network, address.version),
  'network/prefix': address => inNetwork(address, networkOf(address).network),
  subnet: address => inNetwork(address, networkOf(address).network),
  net: address => orFalse(isNetworkAddress(address), written(address)),
  netmask: address => formatAddress(networkOf(address).mask, address.version),
  hostmask: ({ version, ...rest }) =>
    formatAddress(networkOf({ version, ...rest }).size - 1n, version),
  broadcast: address =>
    orFalse(
      networkOf(address).size > 2n,
      formatAddress(networkOf(address).broadcast, address.version),
    ),
  size: address => Number(networkOf(address).size),
  first_usable: address => formatAddress(usable(address).first, address.version),
  last_usable: address => formatAddress(usable(address).last, address.version),
  range_usable: address => {
    const { first, last } = usable(address)
    return `${formatAddress(first, address.version)}-${formatAddress(last, address.version)}`
  },
  version: address => address.version,
  type: address => (isNetworkAddress(address) ? 'network' : 'address'),
  bool: () => true,
  int: address => Number(address.value),
  wrap: address => wrap(address),
  private: address => orFalse(among(address, 'private'), written(address)),
  public: address => {
    const kinds = Object.keys(RESERVED) as (keyof typeof RESERVED)[]
    return orFalse(!kinds.some(kind => among(address, kind)), written(address))
  },
  loopback: address => orFalse(among(address, 'loopback'), written(address)),
  lo: address => orFalse(among(address, 'loopback'), written(address)),
  'link-local': address => orFalse(among(address, 'link-local'), written(address)),
  multicast: address => orFalse(among(address, 'multicast'), written(address)),
  unicast: address => orFalse(!among(address, 'multicast'), written(address)),
  revdns: ({ value, version }) => reverseName(value, version),
}

const reverseName = (value: bigint, version: 4 | 6): string => {
  if (version === 4)
    return `${formatAddress(value, 4).split('.').reverse().join('.')}.in-addr.arpa.`
  return `${Array.from(value.toString(16).padStart(32, '0')).reverse().join('.')}.ip6.arpa.`
}

const wrap = (address: Address): string => {
  if (address.version === 4) return written(address)
  return `[${host(address)}]${address.hasPrefix ? `/${address.prefix}` : ''}`
}

const queryOf = (wanted: unknown): Query => {
  if (typeof wanted === 'number') return address => nth(address, wanted)
  const name = optional(wanted, '', asText, 'the query')
  const query = QUERIES[name]
  if (query) return query
  const network = parseAddress(name)
  if (network) return address => orFalse(isInside(address, network), written(address))
  if (/^-?\d+$/.test(name)) return address => nth(address, Number(name))
  throw new TemplateError(`ipaddr knows no query "${name}"`, {
    hint: `known are networks, numbers and ${Object.keys(QUERIES).slice(1).join(', ')}`,
  })
}

const nth = (address: Address, index: number): string => {
  const { network, size } = networkOf(address)
  const offset = index < 0 ? size + BigInt(index) : BigInt(index)
  if (offset >= size || offset < 0n)
    throw new TemplateError(`the network ${written(address)} has no address number ${index}`)
  return inNetwork(address, network + offset)
}

const addresses = (version: 4 | 6 | undefined): Filter => {
  const one = (value: unknown, query: Query): unknown => {
    const address = typeof value === 'string' ? parseAddress(value) : undefined
    if (!address || (version !== undefined && address.version !== version)) return false
    return query(address)
  }
  return filterWith('query', (value, [wanted]) => {
    const query = queryOf(wanted)
    if (!Array.isArray(value)) return one(value, query)
    return value.map(item => one(item, query)).filter(answer => answer !== false)
  })
}

/** Filters over addresses of networks: the part of `ansible.utils` that playbooks use most. */
export const NETWORK_FILTERS: Readonly<Record<string, Filter>> = {
  ipaddr: addresses(undefined),
  ipv4: addresses(4),
  ipv6: addresses(6),
  ipwrap: filterWith('', value => {
    const address = typeof value === 'string' ? parseAddress(value) : undefined
    return address ? wrap(address) : printValue(value)
  }),
}
