import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { uri } from '../../src/modules/uri.ts'
import { Here } from './here.ts'

const here = new Here()
const seen: IncomingMessage[] = []
// Fields of a result that a hostile server would like to write.
const HOSTILE = { Failed: 'true', Changed: 'true', Skipped: 'true', Ansible_Facts: '{}', Url: 'x' }
const server = createServer((request, response) => {
  seen.push(request)
  response.writeHead(200, { ...HOSTILE, 'X-Own': 'mine' }).end('body')
})
let address: string
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await here.close()
})
beforeEach(() => {
  seen.length = 0
})

const ask = async (args: Readonly<Record<string, unknown>>) =>
  (await here.run(uri, { url: address, ...args })).result

test('one address is one request, whatever brackets stand in it', async () => {
  await ask({ url: `${address}/a[1-3]{b,c}` })
  expect(seen.map(({ url }) => url)).toEqual(['/a[1-3]{b,c}'])
})

test('headers arrive as they are', async () => {
  await ask({ headers: { 'X-A': 'b: "c" \\n', 'X-N': 1 } })
  expect(seen[0]?.headers).toMatchObject({ 'x-a': 'b: "c" \\n', 'x-n': '1' })
})

test('a server says nothing in the place of what the result itself says', async () => {
  const result = await ask({})
  expect(result).toMatchObject({ x_own: 'mine', status: 200, url: `${address}/` })
  expect(Object.keys(result)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(failed|changed|skipped|ansible_facts)$/)]),
  )
})

test('a file is no address', async () => {
  expect(await ask({ url: 'file:///etc/hostname', return_content: true })).toMatchObject({
    failed: true,
    status: -1,
    msg: expect.stringContaining('Protocol "file" not supported') as string,
  })
})
