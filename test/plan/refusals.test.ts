import { rmSync } from 'node:fs'
import { Vault } from '../../src/language/vault.ts'
import type { PlanDocument } from '../../src/plan/document.ts'
import { play } from '../engine/harness.ts'
import { Plans } from './plans.ts'

jest.setTimeout(120_000)

const secrets = (text: string): string =>
  new Vault([{ id: 'default', password: 'open' }]).encrypt(text)

const FILES: Readonly<Record<string, string>> = {
  'inventory.yml': 'all: { hosts: { h1: { ansible_connection: local } } }\n',
  'site.yml': play(
    `
    - { name: T, template: { src: t.j2, dest: DIR/t } }
    - { name: C, copy: { src: tree/, dest: DIR/tree } }
    - { name: V, include_vars: more.yml }
    - { name: I, include_tasks: in.yml }`,
    'roles: [r]\nvars_files: [vars.yml]',
  ),
  'in.yml':
    "- { name: In, copy: { content: \"{{ extra }} {{ secret }} {{ lookup('env', 'PLANS_TEST') }}\", dest: DIR/in } }\n",
  'templates/t.j2': '{% include "part.j2" %}\n',
  'templates/part.j2': 'part {{ group_wide }}\n',
  'files/tree/one': '1\n',
  'vars.yml': 'a: 1\n',
  'more.yml': 'b: 1\n',
  'group_vars/all/plain.yml': 'group_wide: 1\n',
  'group_vars/all/secrets.yml': secrets('secret: open-sesame\n'),
  'roles/r/tasks/main.yml': '- { name: R, debug: { msg: "{{ d }}" } }\n',
  'roles/r/defaults/main.yml': 'd: 1\n',
  'roles/r/meta/main.yml': 'dependencies: []\n',
  'given.yml': 'given: 1\n',
  'password.txt': 'open\n',
}

const plans = new Plans(FILES)
const vault = { vaultPasswordFile: ['password.txt'] }
const EXTRA = ['extra=for-the-file', '@given.yml']
const given = { ...vault, extraVars: EXTRA }

beforeAll(async () => {
  process.env['PLANS_TEST'] = 'from the environment'
  expect(await plans.plan(given)).toMatchObject({ code: 3 })
})

afterAll(() => {
  delete process.env['PLANS_TEST']
})

test('every file that the plan was made of is hashed as a whole, what is encrypted as it is', () => {
  const { files, values } = plans.document().inputs
  const known = Object.keys(FILES).filter(name => name !== 'password.txt')
  const relative = Object.keys(files).map(name => name.replace(`${plans.directory}/`, ''))
  expect(relative.sort()).toEqual(known.sort())
  expect(Object.keys(values)).toEqual(['extra variable extra', 'lookup env: PLANS_TEST'])
  expect(plans.document().command.extraVars).toEqual(['extra', '@given.yml'])
})

test.each(Object.keys(FILES).filter(name => name !== 'password.txt'))(
  'a plan is not applied when %s is another',
  async name => {
    const before = plans.read(name)
    plans.write({
      [name]: name.endsWith('secrets.yml') ? secrets('secret: x\n') : `${before}# x\n`,
    })
    const { code, text } = await plans.apply(given)
    plans.write({ [name]: before })
    expect(code).toBe(64)
    expect(text).toMatch(new RegExp(`the file ".*${name}" is another now \\[E_PLAN_INPUT\\]`))
    expect(text.split('E_PLAN_INPUT')).toHaveLength(2)
  },
)

test('nor when a file is gone, and all that differ are named', async () => {
  const kept = plans.read('more.yml')
  rmSync(plans.path('more.yml'))
  plans.write({ 'vars.yml': 'a: 2\n' })
  const { code, text } = await plans.apply(given)
  plans.write({ 'more.yml': kept, 'vars.yml': 'a: 1\n' })
  expect(code).toBe(64)
  expect(text).toContain('vars.yml" is another now')
  expect(text).toContain('more.yml')
})

test('nor when a file has come along that would be read', async () => {
  plans.write({ 'host_vars/h1.yml': 'new: 1\n' })
  const { code, text } = await plans.apply(given)
  rmSync(plans.path('host_vars'), { recursive: true })
  expect(code).toBe(64)
  expect(text).toContain('host_vars/h1.yml" was not there when it was planned')
})

test('nor when a variable of the environment is another', async () => {
  process.env['PLANS_TEST'] = 'another'
  const { code, text } = await plans.apply(given)
  process.env['PLANS_TEST'] = 'from the environment'
  expect([code, text]).toEqual([
    64,
    expect.stringContaining('the lookup env: PLANS_TEST is another now [E_PLAN_INPUT]'),
  ])
})

test.each([
  {
    case: 'are missing',
    extraVars: undefined,
    says: 'made with --extra-vars for extra [E_PLAN_OPTION]',
  },
  {
    case: 'are others',
    extraVars: ['extra=x', '@given.yml'],
    says: 'the extra variable extra is another now',
  },
  {
    case: 'are more',
    extraVars: [...EXTRA, 'c=1'],
    says: 'extra variable c was not there when it was planned',
  },
  { case: 'are fewer', extraVars: ['extra=for-the-file'], says: 'given.yml" is no longer read' },
])('nor when extra variables $case', async ({ extraVars, says }) => {
  const { code, text } = await plans.apply({
    ...vault,
    ...(extraVars === undefined ? {} : { extraVars }),
  })
  expect([code, text]).toEqual([64, expect.stringContaining(says)])
})

test.each<[string, (document: PlanDocument) => object, string]>([
  ['was edited', document => ({ ...document, complete: false }), 'was changed after it was made'],
  [
    'names other playbooks',
    document => ({ ...document, command: { ...document.command, playbooks: ['/evil.yml'] } }),
    'was changed after it was made',
  ],
  ['is of another key', document => ({ ...document, key: 'x' }), 'made on another controller'],
  ['is of another version of us', document => ({ ...document, provision: '99' }), 'provision 99'],
  ['is of a newer form', document => ({ ...document, plan: 2 }), 'E_PLAN_NEWER'],
])('nor a plan that %s', async (_, alter, says) => {
  const before = plans.read('p')
  plans.write({ p: JSON.stringify(alter(plans.document())) })
  const { code, text } = await plans.apply(given)
  plans.write({ p: before })
  expect([code, text]).toEqual([64, expect.stringContaining(says)])
})

test('after all that it is applied, from where it was made', async () => {
  expect(await plans.apply(given)).toMatchObject({ code: 0 })
  expect(plans.read('in')).toBe('for-the-file open-sesame from the environment')
})
