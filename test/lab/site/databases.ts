import { eventually } from '../eventually.ts'
import type { Site } from './site.ts'

const ENTRY = 'a new entry'

/** What the guest book makes of databases that lag or are gone. MariaDB's words are used. */
export const databases = (site: () => Site): void => {
  const sql = (host: string, words: string): Promise<string> =>
    site().on(host, `mariadb --skip-column-names app -e "${words}"`)
  const has = async (): Promise<boolean> => (await site().get('/entries')).body.includes(ENTRY)

  test('shows writers their own entry, and others what the replica has', async () => {
    await sql('web2', 'STOP SLAVE')
    const form = ['--cookie', '', '--location', '--data', 'author=me', '--data', `message=${ENTRY}`]
    const own = await site().get('/entries', ...form)
    const others = await has()
    await sql('web2', 'START SLAVE')
    expect(own.body).toContain(ENTRY)
    expect(others).toBe(false)
    expect(await eventually(has, found => found)).toBe(true)
  })

  test('reads from the primary while the replica is down', async () => {
    await site().on('web2', 'systemctl stop mariadb')
    const found = [...(await site().statuses(4, '/')), ...(await site().statuses(2, '/readyz'))]
    await site().on('web2', 'systemctl start mariadb')
    expect(new Set(found)).toEqual(new Set([200]))
  })

  test('says that it is not ready without any database, and lives', async () => {
    const both = (verb: string): Promise<unknown> =>
      Promise.all(['web1', 'web2'].map(host => site().on(host, `systemctl ${verb} mariadb`)))
    await both('stop')
    const without = {
      ready: (await site().get('/readyz')).status,
      page: (await site().get('/')).status,
      alive: (await site().get('/healthz')).status,
    }
    await both('start')
    expect(without).toEqual({ ready: 503, page: 503, alive: 200 })
    expect((await site().get('/readyz')).status).toBe(200)
  })
}
