import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Controller } from '../../src/core/controller.ts'
import { modules } from '../../src/modules/index.ts'
import { Here, type Ran } from './here.ts'
import { files } from './model.ts'

let here: Here
beforeEach(() => {
  here = new Here()
})
afterEach(() => here.close())

const run = async (
  name: string,
  args: Readonly<Record<string, unknown>>,
  controller?: Partial<Controller>,
): Promise<Ran> => {
  const module = modules.get(name)
  if (module === undefined) throw new Error(`no module ${name}`)
  return here.run(module, args, controller)
}

describe('commands', () => {
  test.each([
    {
      case: 'a command without a shell',
      module: 'command',
      args: { cmd: `printf '%s|' "a b" '$HOME' *` },
      result: { rc: 0, stdout: 'a b|$HOME|*|' },
    },
    {
      case: 'words as they are',
      module: 'command',
      args: { argv: ['printf', '%s', "it's"] },
      result: { stdout: "it's", cmd: ['printf', '%s', "it's"] },
    },
    {
      case: 'lines and errors',
      module: 'shell',
      args: { cmd: 'echo a; echo b >&2; echo; exit 3' },
      result: {
        rc: 3,
        stdout: 'a',
        stdout_lines: ['a'],
        stderr: 'b',
        failed: true,
        msg: 'non-zero return code: 3',
      },
    },
    {
      case: 'empty ends when they are wanted',
      module: 'shell',
      args: { cmd: 'echo a; echo', strip_empty_ends: false },
      result: { stdout: 'a\n\n', stdout_lines: ['a', ''] },
    },
    {
      case: 'standard input',
      module: 'command',
      args: { cmd: 'od -An -c', stdin: 'x' },
      result: { stdout: '   x  \\n' },
    },
    {
      case: 'standard input as it is',
      module: 'command',
      args: { cmd: 'od -An -c', stdin: 'x', stdin_add_newline: false },
      result: { stdout: '   x' },
    },
    {
      case: 'a directory',
      module: 'command',
      args: { cmd: 'pwd', chdir: '/usr' },
      result: { stdout: '/usr' },
    },
    {
      case: 'a directory of an account',
      module: 'command',
      args: { cmd: 'pwd', chdir: '~daemon/' },
      result: { stdout: '/usr/sbin' },
    },
    {
      case: 'a directory that is missing',
      module: 'command',
      args: { cmd: 'pwd', chdir: '/no such' },
      result: { failed: true },
    },
    {
      case: 'another shell',
      module: 'shell',
      args: { cmd: 'echo $BASH_VERSION | head -c 1', executable: '/bin/bash' },
      result: { rc: 0, stdout: '5' },
    },
    {
      case: 'a program that is missing',
      module: 'command',
      args: { cmd: 'no-such-program' },
      result: { rc: 127, failed: true },
    },
    {
      case: 'a raw command',
      module: 'raw',
      args: { cmd: 'echo a | tr a b' },
      result: { stdout: 'b\n', stdout_lines: ['b'] },
    },
    { case: 'ping', module: 'ping', args: {}, result: { ping: 'pong' } },
  ])('$case', async ({ module, args, result }) => {
    expect((await run(module, args)).result).toMatchObject(result)
  })

  test('a command that creates something does not run again', async () => {
    const args = { cmd: `touch done`, chdir: here.root, creates: 'done' }
    expect((await run('command', args)).summaries).toEqual(['run touch done'])
    const again = await run('command', args)
    expect(again.summaries).toEqual([])
    expect(again.result).toMatchObject({ rc: 0, stdout: 'skipped, since done exists' })
  })

  test('a script runs with its arguments and leaves nothing behind', async () => {
    const controller = files({ 'my.sh': '#!/bin/sh\necho "$0" "$1"; cat; exit 4\n' })
    const { result } = await run('script', { cmd: "my.sh 'a b'" }, controller)
    const [file = '', ...args] = String(result['stdout']).trim().split(' ')
    expect(args).toEqual(['a', 'b'])
    expect(result['rc']).toBe(4)
    expect(existsSync(file)).toBe(false)
  })

  test('a temporary file is there, and unknown before', async () => {
    const { result, foretold } = await run('tempfile', { path: here.root, suffix: '.x' })
    expect(foretold).toMatchObject({ path: '?' })
    expect(String(result['path'])).toMatch(/\/ansible\.\w{8}\.x$/)
    expect(existsSync(String(result['path']))).toBe(true)
  })
})

describe('files', () => {
  test('stat tells what Ansible tells', async () => {
    writeFileSync(here.at('x'), 'hello')
    chmodSync(here.at('x'), 0o640)
    utimesSync(here.at('x'), 1000, 2000)
    symlinkSync('x', here.at('l'))
    expect((await run('stat', { path: here.at('x') })).result['stat']).toMatchObject({
      exists: true,
      isreg: true,
      isdir: false,
      mode: '0640',
      size: 5,
      mtime: 2000,
      pw_name: 'root',
      checksum: 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d',
      readable: true,
      rusr: true,
      wgrp: false,
    })
    expect((await run('stat', { path: here.at('l') })).result['stat']).toMatchObject({
      islnk: true,
      lnk_target: 'x',
      lnk_source: here.at('x'),
    })
    expect(
      (await run('stat', { path: here.at('l'), follow: true, checksum_algorithm: 'md5' })).result[
        'stat'
      ],
    ).toMatchObject({ isreg: true, checksum: '5d41402abc4b2a76b9719d911017c592' })
    expect((await run('stat', { path: here.at('no') })).result).toEqual({ stat: { exists: false } })
  })

  test('slurp gives bytes in base64', async () => {
    writeFileSync(here.at('x'), Buffer.from([0, 255, 10]))
    expect((await run('slurp', { src: here.at('x') })).result).toMatchObject({
      content: 'AP8K',
      encoding: 'base64',
    })
  })

  test('fetch copies to the controller, once', async () => {
    writeFileSync(here.at('x'), 'hello')
    const args = { src: here.at('x'), dest: here.at('fetched/x'), flat: true }
    const controller = files({})
    expect((await run('fetch', args, controller)).summaries).toHaveLength(1)
    expect(readFileSync(here.at('fetched/x'), 'utf8')).toBe('hello')
    expect(
      (await run('fetch', args, files({ [here.at('fetched/x')]: 'hello' }))).summaries,
    ).toEqual([])
  })

  test.each([
    { case: 'files of the directory', args: {}, found: ['a.conf', 'b.log'] },
    { case: 'files below', args: { recurse: true }, found: ['a.conf', 'b.log', 'd/c.conf'] },
    { case: 'hidden files', args: { hidden: true }, found: ['.h', 'a.conf', 'b.log'] },
    {
      case: 'by pattern',
      args: { patterns: '*.conf,x', recurse: true },
      found: ['a.conf', 'd/c.conf'],
    },
    {
      case: 'by regular expression',
      args: { patterns: '^[ab]\\.', use_regex: true },
      found: ['a.conf', 'b.log'],
    },
    { case: 'but some', args: { excludes: '*.log' }, found: ['a.conf'] },
    { case: 'directories', args: { file_type: 'directory' }, found: ['d'] },
    { case: 'links', args: { file_type: 'link' }, found: ['l'] },
    { case: 'old ones', args: { age: '4w' }, found: ['b.log'] },
    { case: 'new ones', args: { age: '-4w' }, found: ['a.conf'] },
    { case: 'big ones', args: { size: '1k' }, found: ['b.log'] },
    { case: 'by content', args: { contains: 'o.t', recurse: true }, found: ['d/c.conf'] },
    { case: 'anything', args: { file_type: 'any' }, found: ['a.conf', 'b.log', 'd', 'l'] },
  ])('find lists $case', async ({ args, found }) => {
    mkdirSync(here.at('d'))
    writeFileSync(here.at('a.conf'), 'one\ntwo\n')
    utimesSync(here.at('a.conf'), new Date('2026-01-31'), new Date('2026-01-31'))
    writeFileSync(here.at('b.log'), 'x'.repeat(2000))
    utimesSync(here.at('b.log'), 1000, 1000)
    writeFileSync(here.at('.h'), '')
    writeFileSync(here.at('d/c.conf'), 'two\nopt\n')
    symlinkSync('d', here.at('l'))
    const { result } = await run('find', { paths: here.root, ...args })
    const listed = (result['files'] as readonly { path: string }[]).map(({ path }) =>
      path.slice(here.root.length + 1),
    )
    expect(listed.sort()).toEqual(found)
    expect(result['matched']).toBe(found.length)
  })
})

describe('waiting and asking', () => {
  let server: Server
  let port: number
  beforeEach(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        if (request.url === '/moved') response.writeHead(302, { location: '/' })
        else if (request.url === '/no') response.writeHead(404)
        else
          response.writeHead(200, {
            'content-type': 'application/json',
            'x-who': String(request.headers.authorization),
          })
        response.end(
          JSON.stringify({
            method: request.method,
            body: Buffer.concat(chunks).toString(),
            type: request.headers['content-type'],
          }),
        )
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  test('a port that answers is not waited for', async () => {
    expect((await run('wait_for', { port })).summaries).toEqual([])
    expect(
      (await run('wait_for', { port, host: '127.0.0.2', state: 'stopped' })).summaries,
    ).toEqual([])
  })

  test('a file is waited for', async () => {
    const later = setTimeout(() => {
      writeFileSync(here.at('x'), 'it is up 3\n')
    }, 700)
    later.unref()
    const { summaries, result } = await run('wait_for', {
      path: here.at('x'),
      search_regex: 'up \\d',
      timeout: 20,
    })
    expect(summaries).toHaveLength(1)
    expect(result).not.toHaveProperty('failed')
  })

  test('waiting ends', async () => {
    const { result } = await run('wait_for', { port: 1, timeout: 1, msg: 'it never came' })
    expect(result).toMatchObject({ failed: true, msg: 'it never came' })
  })

  test.each([
    {
      case: 'a page',
      args: { path: '/', return_content: true },
      result: {
        status: 200,
        json: { method: 'GET' },
        content_type: 'application/json',
        redirected: false,
      },
    },
    { case: 'a redirect', args: { path: '/moved' }, result: { status: 200, redirected: true } },
    {
      case: 'no redirect',
      args: { path: '/moved', follow_redirects: 'none', status_code: '302' },
      result: { status: 302, location: '/' },
    },
    { case: 'another status', args: { path: '/no' }, result: { status: 404, failed: true } },
    {
      case: 'JSON',
      args: { path: '/', method: 'POST', body_format: 'json', body: { a: ['"\\', 'ü\n'] } },
      result: {
        json: { method: 'POST', body: '{"a":["\\"\\\\","ü\\n"]}', type: 'application/json' },
      },
    },
    {
      case: 'a form',
      args: {
        path: '/',
        method: 'PUT',
        body_format: 'form-urlencoded',
        body: { a: ['x y', 'z'], b: '&' },
      },
      result: { json: { body: 'a=x+y&a=z&b=%26', type: 'application/x-www-form-urlencoded' } },
    },
    {
      case: 'a password',
      args: { path: '/', url_username: 'me', url_password: 'it"s' },
      result: { x_who: 'Basic bWU6aXQicw==' },
    },
    { case: 'the head', args: { path: '/', method: 'HEAD' }, result: { status: 200 } },
  ])('uri asks for $case', async ({ args: { path, ...args }, result }) => {
    const ran = await run('uri', { url: `http://127.0.0.1:${port}${path}`, ...args })
    expect(ran.result).toMatchObject(result)
    expect(ran.foretold).toMatchObject({ status: '?' })
  })

  test('uri says when nobody answers', async () => {
    const { result } = await run('uri', { url: 'http://127.0.0.1:1/' })
    expect(result).toMatchObject({ status: -1, failed: true })
    expect(result['msg']).toMatch(/connect/i)
  })
})
