import { writeFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { interpret, parseOptions, type SshSettings } from '../../src/host/ssh-config.ts'
import { matchesPatterns, readSubset } from '../../src/host/ssh-config-subset.ts'
import { scratch } from './support.ts'

const base = scratch()

const asked = {
  host: 'web1',
  port: undefined,
  user: undefined,
  privateKeyFile: undefined,
  sshArguments: [],
  hostKeys: 'verify',
  knownHostsFile: undefined,
} as const

const settings = (text: string): SshSettings => interpret(asked, parseOptions(text))

test.each([
  {
    case: 'nothing',
    text: '',
    is: { host: 'web1', port: 22, user: userInfo().username, jumps: [] },
  },
  {
    case: 'name, port and user',
    text: 'hostname 192.0.2.1\nport 2200\nuser deploy',
    is: { host: '192.0.2.1', port: 2200, user: 'deploy' },
  },
  {
    case: 'tokens and home',
    text: 'user me\nidentityfile ~/k_%r_%h\nidentityfile none',
    is: { identityFiles: [join(homedir(), 'k_me_web1')] },
  },
  {
    case: 'files in a list',
    text: 'userknownhostsfile /a "/b c"\nglobalknownhostsfile none',
    is: { userKnownHosts: ['/a', '/b c'], globalKnownHosts: [] },
  },
  { case: 'jump hosts', text: 'proxyjump a,b@c:22', is: { jumps: ['a', 'b@c:22'] } },
  { case: 'no jump host', text: 'proxyjump none', is: { jumps: [] } },
  { case: 'no agent', text: 'identityagent none', is: { agent: undefined } },
  { case: 'keys are asked about', text: 'stricthostkeychecking ask', is: { acceptNew: false } },
  {
    case: 'new keys are accepted',
    text: 'stricthostkeychecking accept-new',
    is: { acceptNew: true },
  },
  {
    case: 'ways to log in',
    text: 'pubkeyauthentication no\npasswordauthentication no',
    is: { methods: { publickey: false, password: false, keyboard: true } },
  },
])('options of ssh -G: $case', ({ text, is }) => {
  expect(settings(text)).toMatchObject(is)
})

test.each([
  { patterns: ['*'], name: 'web1', matches: true },
  { patterns: ['web?', '!web2'], name: 'web1', matches: true },
  { patterns: ['web?', '!web2'], name: 'web2', matches: false },
  { patterns: ['*.example.org'], name: 'a.example.org', matches: true },
  { patterns: ['a.b'], name: 'axb', matches: false },
  { patterns: ['!web1'], name: 'db1', matches: false },
])('patterns $patterns and $name', ({ patterns, name, matches }) => {
  expect(matchesPatterns(patterns, name)).toBe(matches)
})

describe('without OpenSSH', () => {
  const file = join(base, 'config')
  const read = (words: readonly string[] = []): Promise<SshSettings> =>
    readSubset(['-F', file, ...words], 'web1').then(options => interpret(asked, options))

  test('sections apply in order, and the first value wins', async () => {
    writeFileSync(
      file,
      '# ours\nHost web*\n  HostName 192.0.2.1\n  User=deploy\n  IdentityFile ~/a\n\nHost *\n  User other\n  Port 2200\n  IdentityFile "~/b"\nHost db1\n  Port 1\n',
    )
    expect(await read()).toMatchObject({
      host: '192.0.2.1',
      user: 'deploy',
      port: 2200,
      identityFiles: [join(homedir(), 'a'), join(homedir(), 'b')],
    })
    expect(await read(['-o', 'Port=77', '-l', 'root', '-J', 'gate'])).toMatchObject({
      port: 77,
      user: 'root',
      jumps: ['gate'],
    })
  })

  test.each(['Match all', 'Include other'])('%s is refused by name', async line => {
    writeFileSync(file, `${line}\n`)
    await expect(read()).rejects.toMatchObject({ code: 'E_SSH_CONFIG' })
  })
})
