import { play } from '../engine/harness.ts'
import { Plans } from './plans.ts'

jest.setTimeout(120_000)

const MADE = "lookup('password', 'DIR/made length=12')"

const plans = new Plans({
  'site.yml': play(`
    - { name: Clear, copy: { content: "{{ ${MADE} }}\\n", dest: DIR/t/clear } }
    - { name: Crypt, copy: { content: "{{ lookup('password', 'DIR/made length=12 encrypt=sha512_crypt') }}\\n", dest: DIR/t/crypt } }
    - { name: Hash, copy: { content: "{{ ('salt' ~ ${MADE}) | hash('sha256') }}\\n", dest: DIR/t/hash } }
    - { name: Salted, copy: { content: "{{ 'known' | password_hash('sha512') }}\\n", dest: DIR/t/salted } }`),
  't/.keep': '',
})

test('what a plan has made up by chance, and what is made of it, the run makes anew', async () => {
  expect(await plans.plan()).toMatchObject({ code: 3 })
  const { code, report } = await plans.applied()
  expect(report.tasks.filter(({ status }) => status === 'failed')).toEqual([])
  expect(code).toBe(0)
  expect(plans.read('t/clear').trim()).toMatch(/^\S{12}$/)
  expect(plans.read('made')).toContain(plans.read('t/clear').trim())
  expect(plans.read('p')).not.toContain(plans.read('t/hash').trim())
})

test('a password that has come to be since is another input', async () => {
  plans.write({ made: 'another-password\n' })
  expect(await plans.plan()).toMatchObject({ code: 3 })
  plans.write({ made: 'yet-another-password\n' })
  const { code, text } = await plans.apply()
  expect([code, text]).toEqual([64, expect.stringMatching(/the password in .*made is another now/)])
})
