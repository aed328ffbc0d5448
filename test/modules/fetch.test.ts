import { existsSync, readFileSync } from 'node:fs'
import { inventory, play, Project } from '../engine/harness.ts'

const fetching = async (host: string, args: string) => {
  const project = new Project({
    'inventory.yml': inventory({ [host]: '{}' }),
    'site.yml': play(`- fetch: ${args}`),
    'host/file.txt': 'from the host\n',
  })
  const { reports } = await project.run()
  const [report] = reports
  const read = (name: string): string | undefined =>
    existsSync(project.path(name)) ? readFileSync(project.path(name), 'utf8') : undefined
  return { project, read, status: report?.status, code: report?.code }
}

test('dots in src lead no further up than to the root of the host', async () => {
  const src = '/../../../..DIR/host/../host/./file.txt'
  const { project, read, status } = await fetching('h1', `{src: "${src}", dest: DIR/kept}`)
  expect(status).toBe('changed')
  expect(read(`kept/h1${project.directory}/host/file.txt`)).toBe('from the host\n')
})

test.each([
  { case: 'dots behind a home', host: 'h1', src: '~/../../../../../../..DIR/escaped' },
  { case: 'nothing but the root', host: 'h1', src: '/x/..' },
  { case: 'the name of the host', host: '../escaped', src: 'DIR/host/file.txt' },
  { case: "another host's name", host: 'h2/../h1', src: 'DIR/host/file.txt' },
  { case: 'dots as the name of the host', host: '..', src: 'DIR/host/file.txt' },
])('nothing is written where $case leads out of dest', async ({ host, src }) => {
  const args = `{src: "${src}", dest: DIR/kept, fail_on_missing: false}`
  const { read, status, code } = await fetching(`"${host}"`, args)
  expect([status, code]).toEqual(['failed', 'E_OUTSIDE'])
  expect([read('escaped'), read('kept')]).toEqual([undefined, undefined])
})

test.each(['DIR/host/..', '/', 'DIR/host/.'])('nor with flat for %s', async src => {
  const { status, code } = await fetching('h1', `{src: "${src}", dest: DIR/kept/, flat: true}`)
  expect([status, code]).toEqual(['failed', 'E_OUTSIDE'])
})
