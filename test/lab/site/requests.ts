import { NAME, SITE, type Site } from './site.ts'

const SECURITY = {
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'content-security-policy': expect.stringContaining("default-src 'self'") as unknown,
  'x-served-by': expect.stringMatching(/^web[12]$/) as unknown,
}

const PATHS = [
  { case: 'the page', path: '/', status: 200, cache: 'no-store', has: '<h1>Guest book</h1>' },
  { case: 'a static file', path: '/style.css', status: 200, cache: 'max-age=3600', has: 'main {' },
  { case: 'the process', path: '/healthz', status: 200, cache: 'no-store', has: 'ok' },
  { case: 'its database', path: '/readyz', status: 200, cache: 'no-store', has: 'ready' },
  { case: 'no such page', path: '/nope', status: 404, cache: 'no-store', has: 'not found' },
  { case: 'the source of the page', path: '/index.php', status: 404 },
  { case: 'source outside of public/', path: '/src/database.php', status: 404 },
  { case: 'a path that climbs', path: '/../src/database.php', status: 400 },
  { case: 'a path that climbs in disguise', path: '/%2e%2e/src/database.php', status: 400 },
  { case: 'the schema', path: '/schema.sql', status: 404, has: 'not found' },
  { case: 'a hidden file', path: '/.git/config', status: 404 },
  { case: 'statistics', path: '/stats', status: 404, has: 'not found' },
  { case: 'metrics', path: '/metrics', status: 404, has: 'not found' },
]

const FORMS = [
  { case: 'lists', data: ['author[]=x', 'message=y'] },
  { case: 'nothing', data: ['author=', 'message=  '] },
  { case: 'too much', data: [`author=${'x'.repeat(81)}`, 'message=y'] },
  { case: 'bytes that are no text', data: ['author=%ff', 'message=y'] },
]

const TLS = [
  { case: 'TLS 1.1', args: ['--tls-max', '1.1', '--ciphers', 'ALL:@SECLEVEL=0'], status: 0 },
  {
    case: 'a cipher without forward secrecy',
    args: ['--tls-max', '1.2', '--ciphers', 'AES128-GCM-SHA256'],
    status: 0,
  },
  { case: 'TLS 1.2', args: ['--tls-max', '1.2'], status: 200 },
  { case: 'TLS 1.3', args: ['--tlsv1.3'], status: 200 },
]

const PHP = '$(basename /usr/lib/systemd/system/php*-fpm.service)'

/** What the site answers to whom. */
export const requests = (site: () => Site): void => {
  test.each(PATHS)('answers for $case', async ({ path, status, cache, has }) => {
    const { headers, body, ...answer } = await site().get(path)
    expect(answer).toMatchObject({ status })
    expect(headers).toMatchObject(SECURITY)
    if (cache !== undefined) expect(headers['cache-control']).toBe(cache)
    expect(body).toContain(has ?? '<html>')
    expect(body).not.toContain('<?php')
  })

  test.each(TLS)('$case: status $status', async ({ args, status }) => {
    const answer = await site().get('/healthz', ...args)
    expect(answer.status).toBe(status)
    if (status === 0) expect(answer.error).toMatch(/alert/)
  })

  test('speaks HTTP/2, and no HSTS over plain HTTP', async () => {
    const { headers } = await site().get(`http://${NAME}/`)
    expect(headers).not.toHaveProperty('strict-transport-security')
    expect((await site().get('/')).protocol).toBe('HTTP/2')
  })

  test.each([`http://${NAME}`, 'http://foobar.com', 'https://foobar.com'])(
    'sends %s to the site, path and query kept',
    async from => {
      const { status, headers } = await site().get(`${from}/a/b?c=d&e`)
      expect({ status, to: headers['location'] }).toEqual({ status: 301, to: `${SITE}/a/b?c=d&e` })
    },
  )

  test.each(FORMS)('refuses a form of $case', async ({ data }) => {
    const { status } = await site().get('/entries', ...data.flatMap(it => ['--data', it]))
    expect(status).toBe(422)
  })

  test('shows what was written as text', async () => {
    const written = ['author=Zoë', 'message=<script>alert("😀")</script>']
    const form = written.flatMap(it => ['--data-urlencode', it])
    const { body } = await site().get('/entries', '--location', '--cookie', '', ...form)
    expect(body).toContain('&lt;script&gt;alert(&quot;😀&quot;)&lt;/script&gt;')
    expect(body).not.toContain('<script>')
  })

  test("logs the visitor's address, whatever the visitor says of it", async () => {
    const lies = [
      'X-Forwarded-For: 192.0.2.66',
      'X-Real-IP: 192.0.2.66',
      'Forwarded: for=192.0.2.66',
    ]
    await site().get('/liar', ...lies.flatMap(lie => ['--header', lie]))
    await site().get('/liar', ...lies.flatMap(lie => ['--header', lie]))
    for (const host of ['web1', 'web2']) {
      const log = await site().on(host, 'grep liar /var/log/nginx/site.log')
      const [gateway] = site()
        .host('lb1')
        .address.split(/\.\d+$/)
      expect(log).toMatch(new RegExp(`^${gateway ?? ''}\\.1 `))
      expect(log).not.toContain('192.0.2.66')
    }
    expect(await site().on('lb1', 'journalctl -u haproxy --no-pager | grep -c liar')).toBe('2')
  })

  test('keeps statistics and metrics for the host itself', async () => {
    const ask = 'curl -s -o /dev/null -w "%{http_code} " http://127.0.0.1:8404/'
    expect(await site().on('lb1', `${ask}stats; ${ask}metrics`)).toBe('200 200')
    const { address, address6 } = site().host('lb1')
    for (const where of [address, `[${address6}]`])
      expect(await site().get(`http://${where}:8404/stats`, '--max-time', '1')).toMatchObject({
        status: 0,
      })
  })

  test('answers by IPv6, and drops there what it drops elsewhere', async () => {
    const { address6 } = site().host('lb1')
    const named = ['--resolve', `${NAME}:443:[${address6}]`]
    expect(await site().get('/healthz', '--ipv6', ...named)).toMatchObject({ status: 200 })
    const closed = [
      `${site().host('web1').address6}]:8443`,
      `${site().host('web2').address6}]:3306`,
    ]
    for (const where of closed)
      expect((await site().get(`https://[${where}/`, '--max-time', '1')).error).toMatch(/timed out/)
  })

  test('answers every request while its services are reloaded', async () => {
    const done = new AbortController()
    const asked = (async () => {
      const found: number[] = []
      while (!done.signal.aborted) found.push(...(await site().statuses(5, '/')))
      return found
    })()
    for (let i = 0; i < 3; i++) {
      const reload = `systemctl reload nginx ${PHP}`
      await Promise.all([site().on('web1', reload), site().on('web2', reload)])
      await site().on('lb1', 'systemctl reload haproxy')
    }
    done.abort()
    const found = await asked
    expect(found.length).toBeGreaterThan(10)
    expect(new Set(found)).toEqual(new Set([200]))
  }, 60_000)

  test('asks another server in place of a broken one, but writes nothing twice', async () => {
    await site().on('web1', `systemctl stop ${PHP}`)
    const write = ['--data', 'author=once', '--data', 'message=once']
    const written = [await site().get('/entries', ...write), await site().get('/entries', ...write)]
    const read = await site().statuses(4, '/')
    await site().on('web1', `systemctl start ${PHP}`)
    expect(written.map(({ status }) => status).sort()).toEqual([303, 502])
    expect(read).toEqual([200, 200, 200, 200])
  })
}
