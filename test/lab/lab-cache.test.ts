import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { aptDownloads } from '../../src/lab/cache/download.ts'
import { packageCache } from '../../src/lab/cache/server.ts'
import { NotFound } from '../../src/lab/cache/store.ts'

const DEB = 'http://mirror.test/pool/a_1%2b2_all.deb'

describe('the package cache', () => {
  let folder: string
  let server: Server
  let log: string[]
  let archive: (url: string) => Promise<string>

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab-cache-'))
    log = []
    archive = url => Promise.resolve(`content of ${url}`)
    const download = async (url: string, file: string) => writeFile(file, await archive(url))
    const secure = ['secure.test']
    server = packageCache({ folder, download, secure, log: line => log.push(line) })
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  afterEach(async () => {
    server.close()
    await rm(folder, { recursive: true })
  })

  const get = async (path: string, headers: Record<string, string> = {}) => {
    const { port } = server.address() as AddressInfo
    const sent = request({ host: '127.0.0.1', port, path, headers, agent: false }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const body = (await buffer(response)).toString()
    return { status: response.statusCode, body, modified: response.headers['last-modified'] ?? '' }
  }

  test('downloads a file once', async () => {
    const expected = { status: 200, body: `content of ${DEB}` }
    expect(await get(DEB)).toMatchObject(expected)
    expect(await get(DEB)).toMatchObject(expected)
    expect(log).toEqual([`miss ${DEB}`, `hit ${DEB}`])
  })

  test('has nothing to say of clients that hang up as soon as they have all of it', async () => {
    const size = 300_000
    archive = () => Promise.resolve('x'.repeat(size))
    const { port } = server.address() as AddressInfo
    for (let time = 0; time < 100; time++) {
      const sent = request({ host: '127.0.0.1', port, path: DEB, agent: false }).end()
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      let left = size
      response.on('data', (piece: Buffer) => {
        left -= piece.length
        if (left === 0) response.destroy()
      })
      await once(response, 'close')
    }
    expect(log.filter(line => line.startsWith('error'))).toEqual([])
  })

  test('downloads a file once for all that ask at the same time', async () => {
    let calls = 0
    archive = url => {
      calls += 1
      return new Promise(resolve => setTimeout(resolve, 50, url))
    }
    await Promise.all([get(DEB), get(DEB), get(DEB)])
    expect(calls).toBe(1)
  })

  test('says that nothing has changed since', async () => {
    const { modified } = await get(DEB)
    expect(await get(DEB, { 'If-Modified-Since': modified })).toMatchObject({ status: 304 })
  })

  test.each<{ case: string; error: Error; status: number }>([
    { case: 'what the archive does not have', error: new NotFound('gone'), status: 404 },
    { case: 'what cannot be reached', error: new Error('no route'), status: 502 },
  ])('$case is not kept', async ({ error, status }) => {
    archive = () => Promise.reject(error)
    expect(await get(DEB)).toMatchObject({ status })
    archive = () => Promise.resolve('there')
    expect(await get(DEB)).toMatchObject({ status: 200, body: 'there' })
  })

  describe('an index that is a day old', () => {
    const INDEX = 'http://mirror.test/dists/sid/InRelease'
    beforeEach(async () => {
      await get(INDEX)
      const { ctimeMs } = await stat(join(folder, 'mirror.test/dists/sid/InRelease'))
      jest.spyOn(Date, 'now').mockReturnValue(ctimeMs + 24 * 3600 * 1000)
    })
    afterEach(() => jest.restoreAllMocks())

    test('is asked for again', async () => {
      archive = () => Promise.resolve('newer')
      expect(await get(INDEX)).toMatchObject({ body: 'newer' })
    })

    test('is good enough when the archive cannot be reached', async () => {
      archive = () => Promise.reject(new Error('no route'))
      expect(await get(INDEX)).toMatchObject({ status: 200, body: `content of ${INDEX}` })
      expect(log.at(-1)).toBe(`stale ${INDEX}`)
    })

    test('a package of that age is not asked for', async () => {
      await get(DEB)
      archive = () => Promise.reject(new Error('asked'))
      expect(await get(DEB)).toMatchObject({ status: 200 })
    })
  })

  test('asks over TLS where the machine does', async () => {
    const { body } = await get('http://secure.test/a.deb')
    expect(body).toBe('content of https://secure.test/a.deb')
  })

  test.each(['/etc/passwd', 'ftp://mirror.test/a.deb', 'file:///etc/passwd'])(
    '%s is not for us',
    async path => {
      expect(await get(path)).toMatchObject({ status: 400 })
    },
  )

  test('no address leads out of the folder', async () => {
    const { body } = await get('http://mirror.test/../../%2e%2e/a.deb')
    expect(body).toBe('content of http://mirror.test/a.deb')
  })
})

describe('downloads', () => {
  const file = join(tmpdir(), `lab-download-${process.pid}`)
  beforeAll(() => writeFile(file, 'downloaded'))
  afterAll(() => rm(file))

  test('go one call at a time, which takes along what was asked for meanwhile', async () => {
    const calls: string[][] = []
    const download = aptDownloads(async jobs => {
      calls.push(jobs.map(({ url }) => url))
      await new Promise(resolve => setTimeout(resolve, 20))
      return ''
    })
    await Promise.all(['u1', 'u2', 'u3'].map(url => download(url, file)))
    expect(calls).toEqual([['u1'], ['u2', 'u3']])
  })

  test('one that fails does not take the others with it', async () => {
    const download = aptDownloads(() =>
      Promise.resolve('E: Failed to fetch u2  404  Not Found\nE: Failed to fetch u3  Timeout\n'),
    )
    const results = await Promise.allSettled(
      ['u0', 'u1', 'u2', 'u3'].map(url => download(url, file)),
    )
    expect(results).toEqual([
      { status: 'fulfilled', value: undefined },
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: expect.any(NotFound) as unknown },
      { status: 'rejected', reason: expect.any(Error) as unknown },
    ])
  })

  test('a helper that cannot run fails all that wait for it, and not the next', async () => {
    let broken = true
    const download = aptDownloads(() =>
      broken ? Promise.reject(new Error('no helper')) : Promise.resolve(''),
    )
    await expect(download('u1', file)).rejects.toThrow('no helper')
    broken = false
    await expect(download('u1', file)).resolves.toBeUndefined()
  })
})
