import type { Block, Include, Node } from '../../../src/language/play.ts'
import { loadIncluded, loadRole } from '../../../src/language/load/index.ts'
import { inProject, loadSite, modules, playOf, plainly, type Files } from './project.ts'

const ROLES: Files = {
  'roles/web/tasks/main.yml': '- import_tasks: sub.yml\n- command: "{{ port }}"\n',
  'roles/web/tasks/sub.yml': '- command: sub\n',
  'roles/web/tasks/other.yml': '- command: other\n',
  'roles/web/defaults/main.yml': 'port: 80\n',
  'roles/web/vars/main/a.yml': 'x: 1\n',
  'roles/web/vars/main/b.yml': 'y: 2\n',
  'roles/web/meta/main.yml': 'dependencies: [common, {role: common, level: 2}]\n',
  'roles/web/meta/argument_specs.yml': 'argument_specs: {main: {options: {port: {type: int}}}}\n',
  'roles/web/handlers/main.yml': '- name: restart\n  command: x\n',
  'roles/common/tasks/main.yml': '- command: common\n',
}

const freeForms = (nodes: readonly Node[]): readonly unknown[] =>
  nodes.map(node => (node.kind === 'task' ? plainly(node.freeForm) : node.kind))

test('a role brings its dependencies, variables, handlers and specification', () => {
  const play = playOf({
    'playbooks/site.yml': '',
    'site.yml':
      '- hosts: all\n  roles:\n    - common\n    - {role: web, web_port: 81, tags: t, vars: {v: 1}}\n',
    ...ROLES,
  })
  const nodes = play.sections.flat()
  // The first dependency ran already; the second has parameters of its own, the role's among them.
  expect(freeForms(nodes)).toEqual([
    'common',
    'common',
    'common',
    'role start',
    'sub',
    'T {{ port }}',
  ])
  const web = play.roles.at(-1)
  expect(web).toMatchObject({ name: 'web' })
  expect([web?.defaults, web?.vars].map(layer => plainly(layer?.vars))).toEqual([
    { port: 80 },
    { x: 1, y: 2 },
  ])
  expect(web?.params.map(({ vars }) => plainly(vars))).toEqual([{ web_port: 81 }])
  expect(plainly(web?.argumentSpec)).toEqual({ options: { port: { type: 'int' } } })
  expect(nodes.at(-1)?.keywords).toMatchObject({ tags: ['t'] })
  expect(play.handlers.map(({ role, keywords }) => [role?.name, keywords.name])).toEqual([
    ['web', 'restart'],
  ])
})

test('a role of `roles:` runs once for the same parameters, an imported one each time', () => {
  const play = playOf({
    'site.yml':
      '- hosts: all\n  roles: [common, common, {role: common, x: 1}]\n  tasks:\n    - import_role: {name: common}\n    - import_role: name=common\n',
    ...ROLES,
  })
  expect(freeForms(play.sections.flat())).toEqual(['common', 'common', 'common', 'common'])
})

test('roles are found beside the playbooks, too', () => {
  const files = {
    'site.yml': '- import_playbook: playbooks/a.yml\n',
    'playbooks/a.yml': '- hosts: all\n  roles: [common]\n',
    ...ROLES,
  }
  expect(freeForms(playOf(files).sections.flat())).toEqual(['common'])
})

const INCLUDES = `- name: B
  tags: [outer]
  when: b
  block:
    - include_tasks: {file: inc.yml, apply: {become: yes, tags: applied}}
      tags: own
      when: i
      vars: {v: 1}
    - include_role: name=web tasks_from=other
`

test('an include is read in its turn, with what is around it and what it applies', () => {
  const files = {
    'site.yml': `- hosts: all\n  become_user: u\n  tasks:\n${INCLUDES.replaceAll(/^/gm, '    ')}`,
    'inc.yml': '- command: x\n',
    ...ROLES,
  }
  inProject(files, directory => {
    const [block] = loadSite(directory).plays[0]?.sections.flat() as readonly Block[]
    const [tasks, role] = block?.tasks as readonly Include[]
    if (tasks === undefined || role === undefined) throw new Error('no includes')
    expect(tasks.keywords).toMatchObject({
      tags: ['outer', 'own'],
      when: [{ source: 'b' }, { source: 'i' }],
    })
    const [task] = loadIncluded(`${directory}/inc.yml`, tasks, { modules })
    expect(task?.keywords).toMatchObject({
      become: true,
      becomeUser: 'u',
      tags: ['outer', 'applied'],
      when: [{ source: 'b' }],
      vars: [],
    })
    const loaded = loadRole('web', { include: role, tasksFrom: 'other' }, { modules })
    expect(freeForms(loaded.nodes)).toEqual(['common', 'common', 'other'])
    expect(loaded.roles.map(({ name }) => name)).toEqual(['common', 'common', 'web'])
    expect(loaded.handlers.map(({ keywords }) => keywords.name)).toEqual(['restart'])
    expect(loaded.nodes[0]?.keywords.tags).toEqual(['outer'])
  })
})
