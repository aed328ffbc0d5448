import { play } from '../engine/harness.ts'
import { Plans } from './plans.ts'

jest.setTimeout(120_000)

const plans = new Plans({
  'site.yml': play(`
    - { name: Authority, tls_authority: { directory: DIR/ca, common_name: Fleet } }
    - name: Certificate
      tls_certificate:
        authority: DIR/ca
        path: DIR/t/cert.pem
        key_path: DIR/t/key.pem
        chain_path: DIR/t/ca.pem
        common_name: h1
    - { name: Copy, copy: { remote_src: true, src: DIR/t/ca.pem, dest: DIR/t/copied, mode: "0600" } }
    - { name: Again, copy: { remote_src: true, src: DIR/t/copied, dest: DIR/t/again } }`),
  't/.keep': '',
})

test('a copy of what is yet to be made is planned, and made as planned once that is known', async () => {
  expect(await plans.plan()).toMatchObject({ code: 3 })
  const { counts, tasks } = plans.document().hosts['h1'] ?? {}
  expect(counts).toMatchObject({ changed: 4, maybe: 0 })
  expect(tasks?.find(({ task }) => task === 'Copy')?.changes).toEqual([
    {
      summary: expect.stringContaining('create') as unknown,
      diff: [
        expect.stringMatching(/\/t\/copied$/) as unknown,
        expect.stringContaining('content: (none) → (new) certificate of the authority') as unknown,
        '  mode: (none) → 0600',
      ],
    },
  ])
  const { code, report } = await plans.applied()
  expect(report.tasks.filter(({ status }) => status === 'failed')).toEqual([])
  expect(code).toBe(0)
  expect([plans.read('t/copied'), plans.read('t/again')]).toEqual([
    plans.read('t/ca.pem'),
    plans.read('t/ca.pem'),
  ])
})
