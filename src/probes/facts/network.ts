import type { RawFacts } from './raw.ts'

interface Address {
  readonly interface: string
  readonly family: 'inet' | 'inet6'
  readonly address: string
  readonly prefix: number
  readonly broadcast: string
  readonly scope: string
}

/** `default_ipv4`, `all_ipv4_addresses`, `interfaces`, one dictionary per interface, and `dns`. */
export const networkFacts = (raw: RawFacts): Record<string, unknown> => {
  const addresses = readAddresses(raw.value('addresses'))
  const names = raw.named('link:/sys/class/net/').map(([name]) => name)
  const all = (family: Address['family']): string[] =>
    addresses.filter(a => a.family === family && a.scope !== 'host').map(a => a.address)
  return {
    ...Object.fromEntries(
      names.map(name => [factName(name), interfaceFacts(raw, name, addresses)] as const),
    ),
    interfaces: names,
    all_ipv4_addresses: all('inet'),
    all_ipv6_addresses: all('inet6'),
    default_ipv4: defaultIpv4(raw, addresses),
    default_ipv6: defaultIpv6(raw, addresses),
    dns: dns(raw),
  }
}

// A variable's name has no dash, dot or colon.
const factName = (name: string): string => name.replaceAll(/[-.:@]/g, '_')

// `2: eth0    inet 192.0.2.7/24 brd 192.0.2.255 scope global eth0\  valid_lft …`
const readAddresses = (text: string): Address[] =>
  text.split('\n').flatMap(line => {
    const match = /^\d+:\s+(\S+)\s+(inet6?)\s+([^\s/]+)(?:\/(\d+))?\s*(.*)$/.exec(line)
    if (!match) return []
    const [, name = '', family = '', address = '', prefix, rest = ''] = match
    const inet = family === 'inet' ? 'inet' : 'inet6'
    return [
      {
        interface: name,
        family: inet,
        address,
        prefix: Number(prefix ?? (inet === 'inet' ? 32 : 128)),
        broadcast: /\bbrd (\S+)/.exec(rest)?.[1] ?? '',
        scope: /\bscope (\S+)/.exec(rest)?.[1] ?? 'global',
      },
    ]
  })

const interfaceFacts = (
  raw: RawFacts,
  name: string,
  addresses: readonly Address[],
): Record<string, unknown> => {
  const own = addresses.filter(a => a.interface === name)
  const [first, ...others] = own.filter(a => a.family === 'inet').map(ipv4)
  const ipv6 = own.filter(a => a.family === 'inet6')
  const attribute = (file: string): string => raw.line(`/sys/class/net/${name}/${file}`)
  const speed = Number(attribute('speed'))
  return {
    device: name,
    macaddress: attribute('address'),
    mtu: Number(attribute('mtu')),
    active: (Number(attribute('flags')) & 1) === 1,
    type: name === 'lo' ? 'loopback' : raw.value(`link:/sys/class/net/${name}`),
    ...(speed > 0 ? { speed } : {}),
    ...(first ? { ipv4: first } : {}),
    ...(others.length > 0 ? { ipv4_secondaries: others } : {}),
    ...(ipv6.length > 0
      ? {
          ipv6: ipv6.map(({ address, prefix, scope }) => ({
            address,
            prefix: String(prefix),
            scope,
          })),
        }
      : {}),
  }
}

const ipv4 = ({ address, prefix, broadcast }: Address): Record<string, string> => {
  const mask = maskOf(prefix)
  return {
    address,
    broadcast,
    netmask: dotted(mask),
    network: dotted((fromDotted(address) & mask) >>> 0),
    prefix: String(prefix),
  }
}

const defaultIpv4 = (raw: RawFacts, addresses: readonly Address[]): Record<string, unknown> => {
  const routes = raw
    .lines('/proc/net/route')
    .map(line => line.trim().split(/\s+/))
    .filter(([, destination, , , , , , mask]) => destination === ZERO && mask === ZERO)
    .sort((a, b) => Number(a[6]) - Number(b[6]))
  const [name, , gateway] = routes[0] ?? []
  if (name === undefined || gateway === undefined) return {}
  const own = addresses.find(a => a.interface === name && a.family === 'inet')
  return {
    interface: name,
    alias: name,
    gateway: littleEndian(gateway),
    ...linkOf(raw, name),
    ...(own ? ipv4(own) : {}),
  }
}

const defaultIpv6 = (raw: RawFacts, addresses: readonly Address[]): Record<string, unknown> => {
  const route = raw
    .lines('/proc/net/ipv6_route')
    .map(line => line.trim().split(/\s+/))
    .find(([destination, prefix, , , gateway, , , , , device]) =>
      // The kernel lists an unreachable default route on `lo` where IPv6 has none.
      [
        /^0{32}$/.test(destination ?? ''),
        prefix === '00',
        !/^0{32}$/.test(gateway ?? ''),
        device !== 'lo',
      ].every(Boolean),
    )
  const name = route?.[9]
  if (route === undefined || name === undefined) return {}
  const own = addresses.find(
    a => a.interface === name && a.family === 'inet6' && a.scope === 'global',
  )
  return {
    interface: name,
    gateway: shortIpv6(route[4] ?? ''),
    ...linkOf(raw, name),
    ...(own ? { address: own.address, prefix: String(own.prefix), scope: own.scope } : {}),
  }
}

const ZERO = '00000000'

const linkOf = (raw: RawFacts, name: string): Record<string, unknown> => ({
  macaddress: raw.line(`/sys/class/net/${name}/address`),
  mtu: Number(raw.line(`/sys/class/net/${name}/mtu`)),
  type: raw.value(`link:/sys/class/net/${name}`),
})

const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0)

const dotted = (value: number): string =>
  [24, 16, 8, 0].map(shift => String((value >>> shift) & 255)).join('.')

const fromDotted = (text: string): number =>
  text.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0)

// /proc/net/route has addresses in the machine's byte order; all that run sshd here are little-endian.
const littleEndian = (hex: string): string =>
  (hex.match(/../g) ?? [])
    .reverse()
    .map(byte => String(parseInt(byte, 16)))
    .join('.')

const shortIpv6 = (hex: string): string => {
  const groups = (hex.match(/.{4}/g) ?? []).map(group => parseInt(group, 16).toString(16))
  const longest = groups
    .join(':')
    .match(/\b0(?::0)+\b/g)
    ?.sort((a, b) => b.length - a.length)[0]
  const text = groups.join(':')
  return longest === undefined
    ? text
    : text.replace(longest, '').replace(/^:?:?$|:{2,}|^:|:$/, '::')
}

const dns = (raw: RawFacts): Record<string, unknown> => {
  const words = raw.lines('/etc/resolv.conf').map(line => line.trim().split(/\s+/))
  const after = (keyword: string): string[] =>
    words.filter(([first]) => first === keyword).flatMap(([, ...rest]) => rest)
  const [domain] = after('domain')
  const search = after('search')
  const options = after('options').map(option => option.split(':'))
  return {
    nameservers: after('nameserver'),
    ...(domain === undefined ? {} : { domain }),
    ...(search.length > 0 ? { search } : {}),
    ...(options.length > 0
      ? { options: Object.fromEntries(options.map(([name, value]) => [name, value ?? true])) }
      : {}),
  }
}
