import { checkPlaybooks, type CheckedModule } from '../../../src/language/check/index.ts'
import { inProject, loadSite, modules, shown, type Files } from '../load/project.ts'

/** Two hosts in a group each. */
const inventory = {
  hosts: ['web1', 'db1'],
  groups: new Map([
    ['web', undefined],
    ['db', undefined],
  ]),
  varsOf: (host: string) =>
    new Map([
      ['region', { value: 'eu' }],
      ...(host === 'web1' ? [['only_web', { value: 1 }] as const] : []),
    ]),
  hostsOf: (group: string) => (group === 'all' ? ['web1', 'db1'] : [`${group}1`]),
}

const copy: CheckedModule = {
  name: 'copy',
  params: modules.get('copy')?.params ?? {},
  check: ({ src, content }) =>
    src === undefined && content === undefined ? 'needs "src" or "content"' : undefined,
}

/** Modules, one of them with a rule over its parameters. */
const rule: ReadonlyMap<string, CheckedModule> = new Map([...modules, ['copy', copy]])

/** What the check says of a project. */
export const checked = (files: Files): { errors: readonly string[]; warnings: readonly string[] } =>
  inProject(files, directory => {
    const { errors, warnings } = checkPlaybooks([loadSite(directory)], {
      modules: rule,
      inventory,
      extraVars: new Map([['given', 1]]),
      load: { modules },
    })
    return { errors: shown(errors, directory), warnings: shown(warnings, directory) }
  })

/** A playbook with these tasks. */
export const tasks = (text: string, more: Files = {}): Files => ({
  'site.yml': `- hosts: web\n  tasks:\n${text.replaceAll(/^/gm, '    ')}\n`,
  ...more,
})
