import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readArguments } from '../../src/core/arguments.ts'
import { UserError } from '../../src/core/error.ts'
import { modules } from '../../src/modules/index.ts'
import { Here } from './here.ts'

const moduleOf = (name: string) => {
  const module = modules.get(name)
  if (module === undefined) throw new Error(`no module ${name}`)
  return module
}

type Args = Readonly<Record<string, unknown>>

/** What a module says of arguments before anything is asked or done. */
const refusal = (module: string, args: Args): string => {
  try {
    readArguments(moduleOf(module), args)
    return 'taken'
  } catch (error) {
    if (error instanceof UserError) return `${error.message} [${error.code}]`
    throw error
  }
}

const KEY = `ssh-ed25519 ${'A'.repeat(68)}`
const EVIL = '* * * * * root evil'
const certificate = { authority: 'ca', path: '/c', key_path: '/k', common_name: 'a' }

test.each<[string, string, Args, string]>([
  ['a job more by its name', 'cron', { name: `x\n${EVIL}`, job: 'y' }, '"name" needs one line'],
  ['a job more by its command', 'cron', { name: 'x', job: `y\n${EVIL}` }, '"job" needs one line'],
  [
    'a job more by its time',
    'cron',
    { name: 'x', job: 'y', minute: `0 0 * * * root evil\n5` },
    '"minute" needs a field of crontab(5)',
  ],
  [
    "a command instead of a job's account",
    'cron',
    { name: 'x', job: 'y', cron_file: 'x', user: 'root evil' },
    '"user" needs the name of an account',
  ],
  [
    "another file in place of an account's crontab",
    'cron',
    { name: 'x', job: 'y', user: '../../../etc/shadow' },
    '"user" needs the name of an account',
  ],
  [
    'a file of cron elsewhere',
    'cron',
    { name: 'x', job: 'y', cron_file: '../../tmp/x' },
    '"cron_file" needs the name of a file in /etc/cron.d',
  ],
  [
    'a job by the name of a variable',
    'cron',
    { name: `${EVIL};A`, job: 'y', env: true },
    'cannot be the name of a variable',
  ],
  [
    'a key by the comment',
    'authorized_key',
    { user: 'a', key: KEY, comment: `x\n${KEY}` },
    '"comment" needs one line',
  ],
  [
    'a key by the options',
    'authorized_key',
    { user: 'a', key: KEY, key_options: `no-pty ${KEY}\n` },
    '"key_options" needs options',
  ],
  [
    'another key by a blank in the options',
    'authorized_key',
    { user: 'a', key: KEY, key_options: `no-pty ${KEY}` },
    '"key_options" needs options',
  ],
  [
    'no key by a quote without an end',
    'authorized_key',
    { user: 'a', key: KEY, key_options: String.raw`command="a\"` },
    '"key_options" needs options',
  ],
  [
    'a file outside /proc/sys',
    'sysctl',
    { name: '../../etc/passwd', value: '1' },
    '"name" needs the name of a kernel parameter',
  ],
  [
    'a file outside /proc/sys, by dots that slashes stand for',
    'sysctl',
    { name: 'net.//.//.etc', value: '1' },
    '"name" needs the name of a kernel parameter',
  ],
  [
    'a file outside /proc/sys, deeper',
    'sysctl',
    { name: 'net/../../../etc/passwd', value: '1' },
    '"name" needs the name of a kernel parameter',
  ],
  [
    'a parameter more',
    'sysctl',
    { name: 'a.b', value: '1\nkernel.core_pattern = |/evil' },
    '"value" needs one line',
  ],
  [
    'SQL by the plugin',
    'mysql_user',
    { name: 'a', plugin: "x; GRANT ALL ON *.* TO 'a'@'%'" },
    '"plugin" needs a name of letters',
  ],
  [
    'SQL by a collation',
    'mysql_db',
    { name: 'a', collation: 'x; DROP DATABASE a' },
    '"collation" needs a name of letters',
  ],
  [
    'SQL by the name of a variable',
    'mysql_variables',
    { variable: 'a = 1; DROP DATABASE a; SET b' },
    '"variable" needs a name of letters',
  ],
  [
    'an option of mariadb-dump',
    'mysql_replica',
    { primary_host: 'a, b', primary_password: 'x', primary_ssl_ca: '/ca' },
    '"primary_host" needs the name or address of a host',
  ],
  [
    'a header by another',
    'uri',
    { url: 'http://a', headers: { a: 'x\r\nb: y' } },
    '"headers.a" needs one line',
  ],
  [
    'a header by its name',
    'uri',
    { url: 'http://a', headers: { 'a: x\nb': 'y' } },
    '"headers" needs names of headers',
  ],
  [
    'headers from a file',
    'uri',
    { url: 'http://a', headers: { '@/etc/shadow': 'y' } },
    '"headers" needs names of headers',
  ],
  [
    'a header by the agent',
    'uri',
    { url: 'http://a', http_agent: 'x\nb: y' },
    '"http_agent" needs one line',
  ],
  ['a request more', 'uri', { url: 'http://a/ HTTP/1.1\r\nHost: b' }, '"url" needs an address'],
  [
    'an option of nc',
    'wait_for',
    { host: '-e/bin/sh', port: 1 },
    '"host" needs the name or address',
  ],
  [
    'a password of root',
    'user',
    { name: 'a:\nroot', password: '!' },
    '"name" needs the name or number',
  ],
  [
    'an account more',
    'user',
    { name: 'a', comment: 'x\nb:x:0:0::/:/bin/sh' },
    '"comment" needs one line',
  ],
  ['fields of passwd', 'user', { name: 'a', comment: 'x:/:/bin/sh' }, '"comment" needs one line'],
  [
    'fields of passwd by the shell',
    'user',
    { name: 'a', shell: '/bin/sh\nb::0:0' },
    '"shell" needs one line',
  ],
  ['an option of useradd', 'user', { name: '-oroot' }, '"name" needs the name or number'],
  ['a group more', 'user', { name: 'a', groups: ['b\nroot'] }, '"groups[0]" needs the name'],
  ['an option of groupadd', 'group', { name: '-x' }, '"name" needs the name or number'],
  [
    'an option of chown',
    'file',
    { path: '/x', owner: '--reference=/etc/shadow' },
    '"owner" needs the name',
  ],
  [
    'an option of git',
    'git',
    { repo: '--upload-pack=evil', dest: '/x' },
    '"repo" needs the address',
  ],
  ['a command of git', 'git', { repo: 'ext::sh -c evil', dest: '/x' }, '"repo" needs the address'],
  [
    'a version that is an option',
    'git',
    { repo: 'x', dest: '/x', version: '--output=/etc/x' },
    '"version" needs the name',
  ],
  [
    'a remote that is an option',
    'git',
    { repo: 'x', dest: '/x', remote: '--upload-pack=evil' },
    '"remote" needs the name',
  ],
  [
    'an option of sshd',
    'sshd_config',
    { name: 'x', options: { Banner: 'a\nPermitRootLogin yes' } },
    '"options.Banner" needs one line',
  ],
  [
    'an option of sshd in a list',
    'sshd_config',
    { name: 'x', options: { AcceptEnv: ['a', 'b\nPermitRootLogin yes'] } },
    '"options.AcceptEnv[1]" needs one line',
  ],
  [
    'an option of sshd by its name',
    'sshd_config',
    { name: 'x', options: { 'A 1\nPort': '2' } },
    '"options" needs names of options',
  ],
  [
    'a file of sshd elsewhere',
    'sshd_config',
    { name: '../../x', options: {} },
    '"name" needs the name of a file',
  ],
  [
    'a file elsewhere by the zone',
    'timezone',
    { name: '../../../etc/shadow' },
    '"name" needs a time zone',
  ],
  ['a name of two lines', 'hostname', { name: 'a\nb' }, '"name" needs a host name'],
  ['a package that goes', 'apt', { name: 'nginx-' }, 'is no package name'],
  [
    'a place elsewhere by the beginning of a name',
    'tempfile',
    { prefix: '../x' },
    '"prefix" needs part',
  ],
  [
    'a place elsewhere by the end of a name',
    'tempfile',
    { suffix: '/../x' },
    '"suffix" needs part',
  ],
  [
    'names in a certificate',
    'tls_certificate',
    { ...certificate, dns_names: ['a b'] },
    '"dns_names[0]" needs the name',
  ],
  [
    'fields in a certificate',
    'tls_certificate',
    { ...certificate, common_name: 'a\nO = b' },
    '"common_name" needs one line',
  ],
])('%s', (_, module, args, message) => {
  expect(refusal(module, args)).toContain(`${module}: `)
  expect(refusal(module, args)).toContain(message)
})

test.each<[string, Args]>([
  [
    'cron',
    { name: 'a "b" é', job: "x; y | z > '%' #", minute: '*/5', hour: '1-5,7', weekday: 'mon' },
  ],
  ['cron', { name: 'x', job: 'y', cron_file: '/opt/cron.d/x' }],
  ['cron', { name: 'PATH_1', job: '/bin:/sbin', env: true }],
  ['authorized_key', { user: 'a.b-c', key: `${KEY} a\n${KEY} b`, comment: 'a b' }],
  [
    'authorized_key',
    { user: 'a', key: KEY, key_options: String.raw`restrict,command="a \"b\" c",from="1.2.*"` },
  ],
  ['sysctl', { name: 'net.ipv4.conf.eth0/100.rp_filter', value: '1' }],
  ['sysctl', { name: 'net/ipv4/conf/eth0.100/rp_filter', value: '1' }],
  ['sysctl', { name: 'vm.swappiness', value: '1' }],
  ['mysql_user', { name: "o'neil", host: '%', plugin: 'caching_sha2_password' }],
  ['uri', { url: 'http://[::1]:80/a?b=%20', headers: { 'X-A': 'b: "c"', 'Content-Length': 3 } }],
  ['user', { name: 'DOMAIN\\me', groups: ['', 'domain users'], shell: '', home: '/home/x' }],
  ['user', { name: 'svc$', comment: 'Ü, "x"' }],
  ['git', { repo: '[::1]:x.git', dest: '/x', version: 'feature/x-1' }],
  ['git', { repo: 'ssh://git@[2001:db8::1]/x', dest: '/x', version: 'v1.0' }],
  ['git', { repo: 'C:/x', dest: '/x' }],
  ['apt', { name: ['g++', 'libc6:i386', 'nginx=1.2-3+b1', 'xz/stable'] }],
  ['wait_for', { host: '2001:db8::1', port: 1 }],
  [
    'sshd_config',
    { name: '10-site', options: { Port: 22, AcceptEnv: ['A', 'B'], X11Forwarding: false } },
  ],
  ['tls_certificate', { ...certificate, dns_names: ['*.a.example'], addresses: ['::1'] }],
])('%s takes %j', (module, args) => {
  expect(refusal(module, args)).toBe('taken')
})

describe('on a real host', () => {
  let here: Here
  beforeEach(() => {
    here = new Here()
  })
  afterEach(() => here.close())

  const run = (module: string, args: Args) => here.run(moduleOf(module), args)

  test('sysctl writes no file outside /proc/sys', async () => {
    writeFileSync(here.at('x'), 'old')
    const args = { name: `../..${here.at('x')}`, value: 'new', sysctl_file: here.at('conf') }
    await expect(run('sysctl', args)).rejects.toMatchObject({ code: 'E_PARAM_TYPE' })
    expect(readFileSync(here.at('x'), 'utf8')).toBe('old')
  })

  test('tempfile makes nothing outside its directory', async () => {
    const args = { path: here.at('.'), state: 'directory', suffix: `/../../${PROBE}` }
    await expect(run('tempfile', args)).rejects.toMatchObject({ code: 'E_PARAM_TYPE' })
    expect(readdirSync(here.root)).toEqual([])
    expect(existsSync(here.at(`../${PROBE}`))).toBe(false)
  })

  test('cron sets no job more', async () => {
    const args = { name: `x\n${EVIL}`, job: 'true', cron_file: here.at('jobs') }
    await expect(run('cron', args)).rejects.toMatchObject({ code: 'E_PARAM_TYPE' })
    expect(existsSync(here.at('jobs'))).toBe(false)
  })
})

const PROBE = `escaped-${process.pid}`
