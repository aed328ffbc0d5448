import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '../../src/host/connect.ts'
import { checkNames } from '../../src/host/names.ts'
import { sshSettings } from '../../src/host/ssh-config.ts'
import { sh } from '../../src/core/shell.ts'
import { containing, LOGIN, scratch } from './support.ts'

const base = scratch()
const ran = join(base, 'ran')
const coded = (code: string): Error => expect.objectContaining({ code }) as Error

const asked = {
  kind: 'ssh',
  host: 'web1',
  port: undefined,
  user: undefined,
  password: undefined,
  privateKeyFile: undefined,
  sshArguments: ['-F', 'none'],
  hostKeys: 'verify',
  knownHostsFile: undefined,
  become: { method: 'sudo', password: undefined },
  timeout: 1,
} as const

test.each([
  'web1',
  'web-1.example.org',
  '192.0.2.1',
  'fe80::1%eth0',
  'bücher.example',
  'host_with_underscore',
])('%s can be a host', host => {
  expect(() => {
    checkNames(host, undefined)
  }).not.toThrow()
})

test.each([
  '',
  '-oProxyCommand=x',
  'a b',
  'a;b',
  '$(x)',
  '`x`',
  'a|b',
  "a'b",
  'a\nb',
  '../a',
  'a&',
])('%j can be none', host => {
  expect(() => {
    checkNames(host, undefined)
  }).toThrow(coded('E_HOST_NAME'))
})

test.each(['deploy', 'DOMAIN\\me', 'me@example.org', 'first last'])(
  '%s can be an account',
  user => {
    expect(() => {
      checkNames('web1', user)
    }).not.toThrow()
  },
)

test.each(['-oProxyCommand=x', 'a -o x', 'a;b', '`x`', 'a|b', "a'b", 'a\nb', '(x)', 'a\\'])(
  '%j can be none, either',
  user => {
    expect(() => {
      checkNames('web1', user)
    }).toThrow(coded('E_USER_NAME'))
  },
)

test.each([{ host: `x$(touch ${ran})` }, { user: `x\`touch ${ran}\`` }])(
  "OpenSSH's own `Match exec` never gets %j",
  async names => {
    const file = join(base, 'config')
    writeFileSync(file, 'Match exec "true %h %r"\n  Port 22\n')
    const settings = sshSettings({ ...asked, ...names, sshArguments: ['-F', file] })
    await expect(settings).rejects.toMatchObject({ code: containing('_NAME') })
    expect(existsSync(ran)).toBe(false)
  },
)

describe('ProxyCommand', () => {
  const dial = async (command: string, user: string): Promise<unknown> => {
    const sshArguments = ['-F', 'none', '-o', `ProxyCommand=${command}`]
    const machine = connect({ ...asked, user, sshArguments })
    try {
      return await machine.run([{ script: sh`true` }], LOGIN)
    } catch (error) {
      return error
    } finally {
      await machine.close()
    }
  }

  test('is handed no account that a shell would run', async () => {
    expect(await dial('nc %h %p %r', `x$(touch \${IFS}${ran})`)).toMatchObject({
      code: 'E_USER_NAME',
    })
    expect(await dial('nc %h %p %r', '$HOME')).toMatchObject({
      code: 'E_SSH_CONFIG',
      message: containing('$HOME'),
    })
    expect(existsSync(ran)).toBe(false)
  })

  test('gets names that are none of a shell’s business', async () => {
    const told = join(base, 'told')
    await dial(`echo %h %p %r >${told}`, 'me@example.org')
    expect(execFileSync('cat', [told], { encoding: 'utf8' })).toBe('web1 22 me@example.org\n')
  })
})
