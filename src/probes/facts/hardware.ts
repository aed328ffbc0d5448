import type { RawFacts } from './raw.ts'

/** `mem*`, `swap*`, `processor*`, `mounts`, `uptime_seconds` and what the firmware says. */
export const hardwareFacts = (raw: RawFacts): Record<string, unknown> => ({
  ...memoryFacts(raw),
  ...processorFacts(raw),
  ...firmwareFacts(raw),
  mounts: mounts(raw),
  uptime_seconds: Math.floor(Number(raw.line('/proc/uptime').split(' ')[0] ?? '0')),
})

const memoryFacts = (raw: RawFacts): Record<string, unknown> => {
  const kibibytes = new Map<string, number>()
  for (const line of raw.lines('/proc/meminfo')) {
    const match = /^(\w+):\s+(\d+)/.exec(line)
    if (match) kibibytes.set(match[1] ?? '', Number(match[2]))
  }
  const mb = (name: string): number => Math.floor((kibibytes.get(name) ?? 0) / 1024)
  const total = mb('MemTotal')
  const free = mb('MemFree')
  const reclaimable = mb('MemFree') + mb('Cached') + mb('Buffers')
  return {
    memtotal_mb: total,
    memfree_mb: free,
    swaptotal_mb: mb('SwapTotal'),
    swapfree_mb: mb('SwapFree'),
    memory_mb: {
      real: { total, free, used: total - free },
      nocache: { free: reclaimable, used: total - reclaimable },
      swap: {
        total: mb('SwapTotal'),
        free: mb('SwapFree'),
        used: mb('SwapTotal') - mb('SwapFree'),
        cached: mb('SwapCached'),
      },
    },
  }
}

const processorFacts = (raw: RawFacts): Record<string, unknown> => {
  const blocks = processorBlocks(raw)
  const sockets = new Set(blocks.map(block => block.get('physical id') ?? '0'))
  const cores = Number(blocks[0]?.get('cpu cores') ?? 1)
  const siblings = Number(blocks[0]?.get('siblings') ?? cores)
  // Without topology (ARM, many containers) every processor counts as a socket of its own.
  const known = blocks[0]?.has('physical id') ?? false
  const count = known ? sockets.size : Math.max(blocks.length, 1)
  const threads = Math.max(Math.floor(siblings / cores), 1)
  return {
    processor: blocks.flatMap((block, i) => [
      String(i),
      ...['vendor_id', 'model name'].flatMap(name => block.get(name) ?? []),
    ]),
    processor_count: count,
    processor_cores: cores,
    processor_threads_per_core: threads,
    processor_vcpus: known ? count * cores * threads : Math.max(blocks.length, 1),
    processor_nproc: allowedProcessors(raw) ?? Math.max(blocks.length, 1),
  }
}

const processorBlocks = (raw: RawFacts): Map<string, string>[] => {
  const blocks: Map<string, string>[] = []
  for (const line of raw.lines('/proc/cpuinfo')) {
    const [name = '', value = ''] = line.split(':').map(part => part.trim())
    if (name === 'processor') blocks.push(new Map())
    else blocks.at(-1)?.set(name, value)
  }
  return blocks
}

// `0-3,8`: the processors that this process may run on, as nproc counts them.
const allowedProcessors = (raw: RawFacts): number | undefined => {
  const line = raw.lines('/proc/self/status').find(l => l.startsWith('Cpus_allowed_list:'))
  if (line === undefined) return undefined
  const ranges = line.slice(line.indexOf(':') + 1).split(',')
  return ranges.reduce((sum, range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return sum + to - from + 1
  }, 0)
}

const firmwareFacts = (raw: RawFacts): Record<string, string> => {
  const dmi = (name: string): string => raw.line(`/sys/class/dmi/id/${name}`) || 'NA'
  return {
    product_name: dmi('product_name'),
    product_version: dmi('product_version'),
    product_serial: dmi('product_serial'),
    product_uuid: dmi('product_uuid'),
    system_vendor: dmi('sys_vendor'),
    bios_version: dmi('bios_version'),
    bios_date: dmi('bios_date'),
    bios_vendor: dmi('bios_vendor'),
    board_name: dmi('board_name'),
    board_vendor: dmi('board_vendor'),
    chassis_vendor: dmi('chassis_vendor'),
  }
}

const mounts = (raw: RawFacts): Record<string, unknown>[] => {
  const sizes = new Map(raw.value('sizes').split('\n').map(sizeEntry))
  return raw.lines('/proc/mounts').flatMap(line => {
    const [device = '', mount = '', fstype = '', options = ''] = line.split(' ').map(unescaped)
    // Only what stands on a device or another machine, as Ansible lists it.
    if (!device.startsWith('/') && !device.includes(':/')) return []
    return [{ device, mount, fstype, options, ...sizes.get(mount) }]
  })
}

const sizeEntry = (line: string): [string, Record<string, number>] => {
  const [block = 0, total = 0, free = 0, available = 0, inodes = 0, inodesFree = 0] = line
    .split(' ', 6)
    .map(Number)
  const mount = line.split(' ').slice(6).join(' ')
  return [
    mount,
    {
      block_size: block,
      block_total: total,
      block_available: available,
      block_used: total - free,
      size_total: block * total,
      size_available: block * available,
      inode_total: inodes,
      inode_available: inodesFree,
      inode_used: inodes - inodesFree,
    },
  ]
}

// The kernel writes blanks and backslashes in octal.
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
