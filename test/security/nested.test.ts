import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Vault } from '../../src/language/vault.ts'
import { Cli } from '../cli/cli.ts'

jest.setTimeout(120_000)

const TOKEN = 'tok/en+0f the "vault"'
const PASSWORD = 'given-as-a-parameter'
const cli = new Cli()

// Says in its answer, and in a header of it, all that it was asked.
const server = createServer((request, response) => {
  const asked: Buffer[] = []
  request.on('data', (chunk: Buffer) => asked.push(chunk))
  request.on('end', () => {
    const { headers, url } = request
    const told = JSON.stringify({ headers, url, body: Buffer.concat(asked).toString() })
    response.writeHead(200, { 'Content-Type': 'application/json', 'X-Told': url }).end(told)
  })
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const uri = {
    url: `http://127.0.0.1:${port}/?t={{ token | urlencode }}`,
    method: 'POST',
    headers: { Authorization: 'Bearer {{ token }}', 'X-Basic': '{{ token | b64encode }}' },
    body: { deep: [{ password: '{{ token }}' }] },
    body_format: 'json',
    return_content: true,
  }
  const basic = { url_username: 'me', url_password: PASSWORD, url: `http://127.0.0.1:${port}/` }
  cli.write({
    'inventory.yml': 'all: { hosts: { a: { ansible_connection: local } } }\n',
    'pw.txt': 'right\n',
    'vault.yml': new Vault([{ id: 'default', password: 'right' }]).encrypt(
      `token: ${JSON.stringify(TOKEN)}\n`,
    ),
    'site.yml': JSON.stringify([
      {
        hosts: 'all',
        gather_facts: false,
        vars_files: ['vault.yml'],
        tasks: [
          { uri, register: 'told' },
          { debug: { var: 'told' } },
          { uri: { ...basic, return_content: true }, register: 'basic' },
          { debug: { var: 'basic' } },
          { uri: { ...uri, status_code: 500 }, ignore_errors: true },
          { uri: { ...uri, headers: { 'X-A': '{{ token }}\nB: c' } }, ignore_errors: true },
          { cron: { name: 'x', job: 'run {{ token }}', cron_file: 'DIR/jobs' } },
          { shell: 'cat; exit 3', args: { stdin: '{{ token }}' }, ignore_errors: true },
        ],
      },
    ]),
  })
})
afterAll(() => {
  server.close()
})

const FORMS = [
  TOKEN,
  JSON.stringify(TOKEN).slice(1, -1),
  encodeURIComponent(TOKEN),
  Buffer.from(TOKEN).toString('base64'),
  PASSWORD,
  Buffer.from(`me:${PASSWORD}`).toString('base64'),
]

test.each([
  ['text', ['-vvv', '--diff']],
  ['JSON', ['--output', 'json', '-vvv', '--diff']],
  ['a dry run', ['--dry-run', '-vvv']],
])('secrets inside of headers, bodies, addresses and jobs show nowhere: %s', async (_, flags) => {
  const args = ['-i', 'inventory.yml', '--vault-password-file', 'pw.txt', 'site.yml', ...flags]
  const { out, err } = await cli.run(...args)
  const said = `${out}${err}`
  expect(said).toContain('••••••')
  expect(said).toContain('needs one line of text')
  expect(FORMS.filter(form => said.includes(form))).toEqual([])
})
