import { existsSync } from 'node:fs'
import { Vault } from '../../src/language/vault.ts'
import { Cli, type Ended } from './cli.ts'

jest.setTimeout(30_000)

const cli = new Cli()
cli.write({
  'inventory.yml': 'all: { hosts: { a: { ansible_connection: local } } }\n',
  'ok.yml': play('- debug: { msg: hello }'),
  'vault.yml': new Vault([{ id: 'default', password: 'right' }]).encrypt('secret: x\n'),
  'wrong.txt': 'wrong\n',
  'touch.yml': play('- copy: { content: x, dest: DIR/touched }'),
})

/** A play over all hosts, its tasks at the margin, so that places can be counted. */
function play(tasks: string, keywords = ''): string {
  return `- hosts: all\n  gather_facts: false\n${keywords}  tasks:\n${tasks
    .split('\n')
    .map(line => `    ${line}\n`)
    .join('')}`
}

interface Mistake {
  readonly case: string
  readonly playbook?: string
  readonly args?: readonly string[]
  /** Lines of standard error, in this order, nothing else. */
  readonly says: readonly string[]
}

const mistakes: readonly Mistake[] = [
  {
    case: 'an unknown module',
    playbook: play('- coppy: { src: a, dest: /b }'),
    says: [
      'bad.yml:4:7: unknown module or keyword "coppy" [E_UNKNOWN_MODULE]',
      '  hint: did you mean "copy"?',
    ],
  },
  {
    case: 'an unknown argument',
    playbook: play('- copy: { contnt: a, dest: /b }'),
    says: [
      'bad.yml:4:15: copy: unknown parameter "contnt" [E_UNKNOWN_PARAM]',
      '  hint: did you mean "content"?',
    ],
  },
  {
    case: 'wrong arguments, all of them at once',
    playbook: play(
      '- file: { path: /x, state: dirctory }\n- command: { cmd: ls, creates: [a, b], argv: 1 }\n- copy: { content: a }',
    ),
    says: [
      'bad.yml:4:25: file: "state" needs one of file, directory, touch, absent, link, hard, not "dirctory" [E_PARAM_TYPE]',
      '  hint: did you mean "directory"?',
      expect.stringMatching(
        /^bad\.yml:5:\d+: command: "creates" needs a path, not a list/,
      ) as string,
      expect.stringMatching(/^bad\.yml:6:\d+: copy: .*"dest"/) as string,
      '3 mistakes; nothing was connected to',
    ],
  },
  {
    case: 'a variable that is defined nowhere',
    playbook: play('- debug: { msg: "{{ prt }}" }', '  vars: { port: 1 }\n'),
    says: [
      'bad.yml:5:25: the variable "prt" is defined nowhere [E_UNDEFINED]',
      '  hint: did you mean "port"?',
    ],
  },
  {
    case: 'a missing file, template and file of tasks',
    playbook: play(
      '- copy: { src: nofile, dest: /x }\n- template: { src: none.j2, dest: /x }\n- include_tasks: nope.yml',
    ),
    says: [
      'bad.yml:4:15: copy: there is no file "nofile" [E_FILE_MISSING]',
      '  hint: looked for DIR/files/nofile, DIR/nofile',
      'bad.yml:5:19: template: there is no file "none.j2" [E_FILE_MISSING]',
      '  hint: looked for DIR/templates/none.j2, DIR/none.j2',
      'bad.yml:6:7: there is no file "nope.yml" of tasks [E_FILE_MISSING]',
      '  hint: looked for DIR/tasks/nope.yml, DIR/nope.yml',
      '3 mistakes; nothing was connected to',
    ],
  },
  {
    case: 'YAML that cannot be read',
    playbook: '- hosts: all\n  tasks:\n    - debug: { msg: "x\n',
    says: [
      'bad.yml:4:1: this is not valid YAML: missing closing "quote [E_YAML]',
      '  hint: close the quote that opens on this line or above it',
    ],
  },
  {
    case: 'an unknown handler',
    playbook: play(
      '- { debug: {}, notify: Restrat }',
      '  handlers: [{ name: Restart, debug: {} }]\n',
    ),
    says: [
      'bad.yml:5:28: no handler is called "Restrat" [E_UNKNOWN_HANDLER]',
      '  hint: did you mean "Restart"?',
    ],
  },
  {
    case: 'a filter that there is not',
    playbook: play('- debug: { msg: "{{ 1 | defualt(2) }}" }'),
    says: [
      expect.stringMatching(/^bad\.yml:4:\d+: .*defualt.* \[E_/) as string,
      '  hint: did you mean "default"?',
    ],
  },
  {
    case: 'an encrypted file of variables, and no password',
    playbook: play('- debug: { msg: "{{ secret }}" }', '  vars_files: [vault.yml]\n'),
    says: [
      expect.stringMatching(/vault\.yml:1:1: .*encrypted.* \[E_VAULT_PASSWORD\]/) as string,
      expect.stringContaining('--vault-password-file') as string,
    ],
  },
  {
    case: 'an encrypted file of variables, and a wrong password',
    playbook: play('- debug: { msg: "{{ secret }}" }', '  vars_files: [vault.yml]\n'),
    args: ['-i', 'inventory.yml', '--vault-password-file', 'wrong.txt', 'bad.yml'],
    says: [expect.stringMatching(/vault\.yml:1:1: .* \[E_VAULT/) as string],
  },
  {
    case: 'a playbook that is not there',
    args: ['-i', 'inventory.yml', 'none.yml'],
    says: ['there is no file "none.yml" [E_FILE_MISSING]'],
  },
  {
    case: 'a limit that leaves nobody',
    args: ['-i', 'inventory.yml', '--limit', 'nosuch', 'touch.yml'],
    says: ['--limit "nosuch" leaves no host [E_NO_HOSTS]'],
  },
  {
    case: 'an inventory that is not there',
    args: ['-i', 'none.yml', 'touch.yml'],
    says: [
      'there is no inventory "none.yml" [E_FILE_MISSING]',
      '  hint: give --inventory FILE; a list of hosts is written with a comma ("web1,")',
    ],
  },
  {
    case: 'no inventory',
    args: ['touch.yml'],
    says: [
      'no inventory is given [E_NO_INVENTORY]',
      expect.stringContaining('say --inventory FILE') as string,
    ],
  },
  {
    case: 'an unknown option',
    args: ['-i', 'inventory.yml', '--bogus', 'touch.yml'],
    says: ["error: unknown option '--bogus'"],
  },
  {
    case: 'a wrong value of an option',
    args: ['-i', 'inventory.yml', '-f', '0', 'touch.yml'],
    says: [
      "error: option '-f, --forks <number>' argument '0' is invalid. a number above 0 is needed",
    ],
  },
  {
    case: 'extra vars that cannot be read',
    args: ['-i', 'inventory.yml', '-e', 'a b', 'touch.yml'],
    says: [
      '--extra-vars: cannot read "a b" [E_EXTRA_VARS]',
      '  hint: write name=value, a JSON dictionary, or @file',
    ],
  },
  {
    case: 'a password of sudo to be asked for, and no terminal',
    args: ['-i', 'inventory.yml', '-K', 'touch.yml'],
    says: [
      'cannot ask "Password of sudo": there is no terminal [E_NO_TERMINAL]',
      '  hint: give the value with --extra-vars or in a file',
    ],
  },
  {
    case: 'a prompt of a play, and no terminal',
    playbook: play('- debug: { msg: "{{ x }}" }', '  vars_prompt: [{ name: x, prompt: What }]\n'),
    says: [
      'cannot ask "What": there is no terminal [E_NO_TERMINAL]',
      '  hint: give the value with --extra-vars or in a file',
    ],
  },
]

describe('a mistake of the user is told in one message, and nothing is connected to', () => {
  test.each(mistakes)('$case', async ({ playbook, args, says }) => {
    if (playbook !== undefined) cli.write({ 'bad.yml': playbook })
    const { code, err, out } = await cli.run(...(args ?? ['-i', 'inventory.yml', 'bad.yml']))
    expect(lines(err)).toEqual(says)
    expect(code).toBe(64)
    expect(out).not.toContain('|')
    expect(existsSync(cli.path('touched'))).toBe(false)
  })

  const lines = (text: string): string[] =>
    text
      .replaceAll(cli.directory, 'DIR')
      .split('\n')
      .filter(line => line !== '')
})

describe('what is found before a run is told by `check` too', () => {
  test.each([
    { case: 'a mistake', playbook: play('- coppy: {}'), code: 64, says: 'E_UNKNOWN_MODULE' },
    { case: 'none', playbook: play('- debug: {}'), code: 0, says: 'no mistakes in 1 plays' },
  ])('$case', async ({ playbook, code, says }) => {
    cli.write({ 'bad.yml': playbook })
    const ended = await cli.run('check', '-i', 'inventory.yml', 'bad.yml')
    expect(ended.code).toBe(code)
    expect(ended.out + ended.err).toContain(says)
  })
})

describe('a play over hosts that there are not', () => {
  test('is warned of, and is no failure', async () => {
    cli.write({ 'bad.yml': play('- debug: {}').replace('hosts: all', 'hosts: webs') })
    const { code, err, out } = await cli.run('-i', 'inventory.yml', 'bad.yml')
    expect(code).toBe(0)
    expect(err).toBe('warning: bad.yml:1:3: no host and no group is called "webs" [E_NO_HOSTS]\n')
    expect(out).toContain('no hosts')
  })
})

describe('a value of the vault without a password', () => {
  test('fails the task that uses it, with what to do', async () => {
    const envelope = new Vault([{ id: 'default', password: 'right' }]).encrypt('clear')
    const value = envelope.trim().split('\n').join('\n      ')
    const vars = `  vars:\n    secret: !vault |\n      ${value}\n`
    cli.write({ 'bad.yml': play('- debug: { msg: "{{ secret }}" }', vars) })
    const { code, out } = await cli.run('-i', 'inventory.yml', 'bad.yml')
    expect(code).toBe(2)
    expect(out).toContain('no vault password was given [E_VAULT_PASSWORD]')
    expect(out).toContain('hint: give --vault-password-file FILE')
  })
})

describe('a failing command', () => {
  const failing = '- { name: Fails, command: "sh -c \'echo oops >&2; exit 3\'" }'

  test('is 2, told with its place and with what it said', async () => {
    cli.write({ 'bad.yml': play(failing) })
    const { code, out } = await cli.run('-i', 'inventory.yml', 'bad.yml')
    expect(code).toBe(2)
    expect(out).toContain('bad.yml:4:7: non-zero return code: 3\n    oops [E_TASK_FAILED]\n')
    noStack({ code, out, err: '' })
  })

  test('leaves the other hosts to go on', async () => {
    cli.write({
      'bad.yml': play(
        `${failing.replace(' }', ", when: inventory_hostname == 'a' }")}\n- { name: Next, debug: {} }`,
      ),
      'two.yml': 'all: { vars: { ansible_connection: local }, hosts: { a: , b: } }\n',
    })
    const { code, out } = await cli.run('-i', 'two.yml', 'bad.yml')
    expect(code).toBe(2)
    expect(out).toContain('Next  ok: b')
  })
})

const noStack = ({ out, err }: Ended): void => {
  expect(out + err).not.toMatch(/^\s+at /m)
  expect(out + err).not.toContain('bug in provision')
}
