import type { ConnectionSettings } from '../../src/core/connection.ts'
import { UserError } from '../../src/core/error.ts'
import { keep } from '../../src/core/secret.ts'
import { connectionSettings, type ConnectionOptions } from '../../src/inventory/connection.ts'

const settings = (
  vars: Readonly<Record<string, unknown>>,
  options: Partial<ConnectionOptions> = {},
): ConnectionSettings =>
  connectionSettings('web1', { variable: name => vars[name] }, { timeout: 10, ...options })

test('without variables, the name is connected to', () => {
  expect(settings({})).toEqual({
    kind: 'ssh',
    host: 'web1',
    port: undefined,
    user: undefined,
    password: undefined,
    privateKeyFile: undefined,
    sshArguments: [],
    hostKeys: 'verify',
    knownHostsFile: undefined,
    become: { method: 'sudo', password: undefined },
    timeout: 10,
  })
})

test.each<{ vars: Record<string, unknown>; expected: Partial<ConnectionSettings> }>([
  { vars: { ansible_host: '10.0.0.1' }, expected: { host: '10.0.0.1' } },
  { vars: { ansible_ssh_host: 'old' }, expected: { host: 'old' } },
  { vars: { ansible_port: 2222 }, expected: { port: 2222 } },
  { vars: { ansible_port: '2222' }, expected: { port: 2222 } },
  { vars: { ansible_user: 'deploy' }, expected: { user: 'deploy' } },
  { vars: { ansible_user: '' }, expected: { user: undefined } },
  { vars: { ansible_ssh_private_key_file: '~/k' }, expected: { privateKeyFile: '~/k' } },
  { vars: { ansible_connection: 'local' }, expected: { kind: 'local' } },
  { vars: { ansible_connection: 'ansible.builtin.ssh' }, expected: { kind: 'ssh' } },
  { vars: { ansible_host_key_checking: false }, expected: { hostKeys: 'accept-new' } },
  { vars: { ansible_ssh_host_key_checking: 'no' }, expected: { hostKeys: 'accept-new' } },
  { vars: { ansible_ssh_host_key_checking: true }, expected: { hostKeys: 'verify' } },
  { vars: { ansible_ssh_known_hosts_file: '/k' }, expected: { knownHostsFile: '/k' } },
  { vars: { ansible_timeout: 30 }, expected: { timeout: 30 } },
  {
    vars: {
      ansible_ssh_common_args: '-o ProxyJump=bastion -o "User Known=x y"',
      ansible_ssh_extra_args: '-4',
    },
    expected: { sshArguments: ['-o', 'ProxyJump=bastion', '-o', 'User Known=x y', '-4'] },
  },
  {
    vars: { ansible_become_method: 'su' },
    expected: { become: { method: 'su', password: undefined } },
  },
])('$vars', ({ vars, expected }) => {
  expect(settings(vars)).toMatchObject(expected)
})

describe('passwords', () => {
  test.each([
    { name: 'ansible_password', read: (s: ConnectionSettings) => s.password },
    { name: 'ansible_ssh_pass', read: (s: ConnectionSettings) => s.password },
    { name: 'ansible_become_password', read: (s: ConnectionSettings) => s.become.password },
    { name: 'ansible_become_pass', read: (s: ConnectionSettings) => s.become.password },
    { name: 'ansible_sudo_pass', read: (s: ConnectionSettings) => s.become.password },
  ])('$name is kept, and told as a secret', ({ name, read }) => {
    const secrets: string[] = []
    const found = settings({ [name]: 's3cret' }, { onSecret: text => secrets.push(text) })
    expect(read(found)?.reveal()).toBe('s3cret')
    expect(secrets).toEqual(['s3cret'])
  })
})

test('the command line counts where no variable says anything', () => {
  const options = {
    user: 'cli',
    privateKeyFile: '/cli',
    sshArguments: ['-v'],
    becomePassword: keep('b'),
    hostKeys: 'accept-new',
  } as const
  expect(settings({}, options)).toMatchObject({
    user: 'cli',
    privateKeyFile: '/cli',
    sshArguments: ['-v'],
    hostKeys: 'accept-new',
  })
  expect(settings({ ansible_user: 'own' }, options).user).toBe('own')
  expect(settings({ ansible_host_key_checking: true }, options).hostKeys).toBe('verify')
})

test.each([
  {
    vars: { ansible_connection: 'winrm' },
    message: 'web1: ansible_connection is "winrm"; known are',
  },
  { vars: { ansible_become_method: 'doas' }, message: 'web1: ansible_become_method is "doas"' },
  { vars: { ansible_port: 'ssh' }, message: 'web1: ansible_port must be a number, not "ssh"' },
  { vars: { ansible_host: ['a'] }, message: 'web1: ansible_host must be a text' },
])('$message', ({ vars, message }) => {
  expect(() => settings(vars)).toThrow(UserError)
  expect(() => settings(vars)).toThrow(message)
})
