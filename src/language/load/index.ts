export { loadIncluded, loadPlaybook, loadRole } from './playbook.ts'
export { loadVarsFile } from './rolefiles.ts'
export type { LoadOptions, ModuleShape } from './surroundings.ts'
export { loadYamlFile, parseYaml } from './yaml.ts'
