import type { RawFacts } from './raw.ts'

/** Names, kernel, account, environment, time and what the machine runs on. */
export const systemFacts = (raw: RawFacts): Record<string, unknown> => ({
  ...kernelFacts(raw),
  ...nameFacts(raw),
  ...userFacts(raw),
  ...virtualFacts(raw),
  date_time: dateTime(raw.value('date')),
  env: environment(raw),
  machine_id: raw.line('/etc/machine-id'),
  service_mgr: serviceManager(raw),
  pkg_mgr: ['apt', 'dnf', 'yum', 'apk', 'pacman', 'zypper'].find(name => raw.is(name)) ?? 'unknown',
  selinux: selinux(raw),
  apparmor: {
    status: raw.line('/sys/module/apparmor/parameters/enabled') === 'Y' ? 'enabled' : 'disabled',
  },
  fips: raw.line('/proc/sys/crypto/fips_enabled') === '1',
  loadavg: loadAverage(raw),
  cmdline: commandLine(raw),
})

const kernelFacts = (raw: RawFacts): Record<string, unknown> => {
  const machine = raw.value('machine')
  return {
    system: raw.line('/proc/sys/kernel/ostype') || 'Linux',
    kernel: raw.line('/proc/sys/kernel/osrelease'),
    kernel_version: raw.line('/proc/sys/kernel/version'),
    machine,
    // What a package manager calls 32-bit x86.
    architecture: /^i[3-6]86$/.test(machine) ? 'i386' : machine,
    userspace_bits: /64|s390x/.test(machine) ? '64' : '32',
  }
}

// No question to DNS: an unreachable resolver would hold up every host for seconds.
const nameFacts = (raw: RawFacts): Record<string, string> => {
  const nodename = raw.line('/proc/sys/kernel/hostname')
  const short = nodename.split('.')[0] ?? nodename
  const fqdn = nodename.includes('.') ? nodename : (nameInHosts(raw, nodename) ?? nodename)
  return { nodename, hostname: short, fqdn, domain: fqdn.split('.').slice(1).join('.') }
}

const nameInHosts = (raw: RawFacts, name: string): string | undefined => {
  for (const line of raw.lines('/etc/hosts')) {
    const [, ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/)
    const full = names.find(n => n.startsWith(`${name}.`))
    if (full !== undefined) return full
  }
  return undefined
}

const userFacts = (raw: RawFacts): Record<string, unknown> => {
  const [name = '', , uid = '', gid = '', gecos = '', home = '', shell = ''] = raw
    .value('passwd')
    .split(':')
  return {
    user_id: name,
    user_uid: Number(uid || raw.value('uid')),
    user_gid: Number(gid),
    user_gecos: gecos,
    user_dir: home,
    user_shell: shell,
    effective_user_id: Number(raw.value('uid')),
    real_user_id: Number(raw.value('uid')),
  }
}

// Product or vendor, as the firmware names it, with the type that playbooks compare with.
const HYPERVISORS: readonly (readonly [RegExp, string])[] = [
  [/KVM|Bochs|QEMU|RHEV|oVirt|Google|Amazon EC2|DigitalOcean|Hetzner|OpenStack/, 'kvm'],
  [/VMware/, 'VMware'],
  [/VirtualBox|innotek/, 'virtualbox'],
  [/Xen|HVM domU/, 'xen'],
  [/Virtual Machine|Microsoft Corporation/, 'VirtualPC'],
  [/Parallels/, 'parallels'],
]

const virtualFacts = (raw: RawFacts): Record<string, string> => {
  const guest = (type: string): Record<string, string> => ({
    virtualization_type: type,
    virtualization_role: 'guest',
  })
  const container = raw.line('/run/systemd/container')
  if (raw.is('docker')) return guest('docker')
  if (raw.is('podman')) return guest('podman')
  if (container !== '') return guest(container)
  const firmware = ['product_name', 'sys_vendor', 'bios_vendor']
    .map(name => raw.line(`/sys/class/dmi/id/${name}`))
    .join('\n')
  const found = HYPERVISORS.find(([pattern]) => pattern.test(firmware))
  if (found) return guest(found[1])
  const flags = raw.lines('/proc/cpuinfo').find(line => line.startsWith('flags'))
  if (flags?.split(/\s+/).includes('hypervisor') === true) return guest('kvm')
  if (raw.is('kvm')) return { virtualization_type: 'kvm', virtualization_role: 'host' }
  return { virtualization_type: 'NA', virtualization_role: 'NA' }
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

const dateTime = (text: string): Record<string, string> => {
  const words = text.split(' ')
  const [year = '', month = '', day = '', hour = '', minute = '', second = '', epoch = '0'] = words
  const [zone = '', offset = '', , weekday = '0', dayOfYear = '', isoWeek = '', week = ''] =
    words.slice(7)
  const nanos = /^\d{9}$/.test(words[14] ?? '') ? (words[14] ?? '') : '000000000'
  const utc = new Date(Number(epoch) * 1000).toISOString().slice(0, 19)
  const date = `${year}-${month}-${day}`
  const time = `${hour}:${minute}:${second}`
  const basic = `${year}${month}${day}T${hour}${minute}${second}`
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    epoch,
    epoch_int: epoch,
    date,
    time,
    tz: zone,
    tz_dst: zone,
    tz_offset: offset,
    weekday: DAYS[Number(weekday)] ?? '',
    weekday_number: weekday,
    weeknumber: week || isoWeek,
    day_of_year: dayOfYear,
    iso8601: `${utc}Z`,
    iso8601_micro: `${utc}.${nanos.slice(0, 6)}Z`,
    iso8601_basic: `${basic}${nanos.slice(0, 6)}`,
    iso8601_basic_short: basic,
  }
}

const environment = (raw: RawFacts): Record<string, string> =>
  Object.fromEntries(
    raw
      .lines('/proc/self/environ')
      .join('\n')
      .split('\0')
      .filter(entry => entry.includes('='))
      .map(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  )

const serviceManager = (raw: RawFacts): string => {
  const first = raw.line('/proc/1/comm')
  if (first === 'systemd' || raw.is('systemd')) return 'systemd'
  if (raw.is('openrc')) return 'openrc'
  return first === 'init' ? 'sysvinit' : 'service'
}

const selinux = (raw: RawFacts): Record<string, string> => {
  if (!raw.is('selinux')) return { status: 'disabled' }
  const configured = raw
    .lines('/etc/selinux/config')
    .map(line => /^SELINUX=(\w+)/.exec(line)?.[1])
    .find(mode => mode !== undefined)
  return {
    status: 'enabled',
    mode: raw.line('/sys/fs/selinux/enforce') === '1' ? 'enforcing' : 'permissive',
    config_mode: configured ?? 'unknown',
  }
}

const loadAverage = (raw: RawFacts): Record<string, number> => {
  const [one = 0, five = 0, fifteen = 0] = raw.line('/proc/loadavg').split(' ').map(Number)
  return { '1m': one, '5m': five, '15m': fifteen }
}

const commandLine = (raw: RawFacts): Record<string, string | boolean> =>
  Object.fromEntries(
    raw
      .line('/proc/cmdline')
      .split(/\s+/)
      .filter(word => word !== '')
      .map((word): [string, string | boolean] => {
        const at = word.indexOf('=')
        return at < 0 ? [word, true] : [word.slice(0, at), word.slice(at + 1)]
      }),
  )

/** The `*.fact` files of the question with this number. */
export const localFacts = (raw: RawFacts, question: number): Record<string, unknown> => ({
  ...Object.fromEntries(
    raw.named(`local${question}:`).map(([name, text]) => [name, localFact(text)]),
  ),
  ...Object.fromEntries(
    raw.named(`failed${question}:`).map(([name, why]) => [name, `error executing fact: ${why}`]),
  ),
})

// JSON, or sections of `name=value` lines.
const localFact = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Not JSON, so it is the other format.
    return sections(text)
  }
}

const sections = (text: string): unknown => {
  const found: Record<string, Record<string, string>> = {}
  let current: Record<string, string> | undefined
  for (const line of text.split('\n').map(l => l.trim())) {
    const head = /^\[(.+)\]$/.exec(line)?.[1]
    const pair = /^([^=:#;][^=:]*?)\s*[=:]\s*(.*)$/.exec(line)
    if (head !== undefined) current = found[head] = {}
    else if (pair && current) current[(pair[1] ?? '').toLowerCase()] = pair[2] ?? ''
  }
  return Object.keys(found).length > 0 ? found : text
}
