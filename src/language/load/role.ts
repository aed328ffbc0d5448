import { dirname, join } from 'node:path'
import { UserError, type Position } from '../../core/error.ts'
import type { Keywords, Node, Role, RoleFiles, RoleStart, VarsLayer } from '../play.ts'
import { TemplateText, VaultText, type Raw, type RawMap } from '../value.ts'
import { constantText } from './expect.ts'
import { readKeywords, readModuleDefaults, refuseUnsupported } from './keywords.ts'
import { isKeyword } from './keywordtable.ts'
import { describeRaw, type Located, type LocatedMap } from './located.ts'
import { findRole, readMeta, roleFile, roleVars, type RoleMeta } from './rolefiles.ts'
import type { Surroundings } from './surroundings.ts'
import { readTaskFile } from './tasks.ts'
import { loadYamlFile } from './yaml.ts'

/** One use of a role. */
export interface RoleUse {
  readonly name: string
  readonly at: Position
  /** In force inside the role. */
  readonly keywords: Keywords
  readonly params: readonly VarsLayer[]
  readonly files: RoleFiles
  /** Left out when the play has the same use already (`roles:`, dependencies). */
  readonly once: boolean
  readonly validatesArguments: boolean
}

/** A role as it is used: its own nodes and those of the roles that it depends on. */
export interface UsedRole {
  readonly role: Role
  readonly nodes: readonly Node[]
}

/** Reads a role with its dependencies; its handlers and itself go to what is gathered. */
export const useRole = (use: RoleUse, around: Surroundings): UsedRole => {
  const directory = findRole(use.name, use.at, around)
  const link = `role ${directory} ${use.files.tasks ?? 'main'}`
  if (around.chain.includes(link))
    throw new UserError('E_IMPORT_CYCLE', `the role "${use.name}" brings in itself`, { at: use.at })
  const meta = readMeta(directory, around.options)
  const role = roleOf(use, directory, { meta, around })
  const identity = `${link} ${fingerprint(use)}`
  if (use.once && !meta.allowDuplicates && around.gathered.seen.has(identity))
    return { role, nodes: [] }
  around.gathered.seen.add(identity)
  const inside: Surroundings = {
    ...around,
    role,
    directory,
    keywords: { ...use.keywords, name: undefined, nameTemplate: undefined },
    chain: [...around.chain, link],
  }
  const before = meta.dependencies.flatMap(item => readRoleEntry(item, inside, role.params))
  around.gathered.roles.push(role)
  readHandlers(use, inside, identity)
  return { role, nodes: [...before, ...startOf(use, role, inside), ...ownTasks(use, inside)] }
}

const roleOf = (
  use: RoleUse,
  directory: string,
  { meta, around }: { meta: RoleMeta; around: Surroundings },
): Role => {
  const vars = (folder: string, file: string | undefined): VarsLayer | undefined =>
    roleVars(join(directory, folder), { file, at: use.at }, around.options)
  return {
    name: use.name.slice(use.name.lastIndexOf('/') + 1),
    directory,
    defaults: vars('defaults', use.files.defaults),
    vars: vars('vars', use.files.vars),
    params: use.params,
    argumentSpec: meta.specOf(use.files.tasks?.replace(/\.ya?ml$/, '') ?? 'main'),
    at: use.at,
  }
}

const startOf = (use: RoleUse, role: Role, inside: Surroundings): readonly RoleStart[] => {
  if (role.argumentSpec === undefined || !use.validatesArguments) return []
  const keywords = { ...inside.keywords, name: undefined, notify: [], notifyAt: [] }
  return [{ kind: 'role start', at: use.at, role, directory: role.directory, keywords }]
}

const ownTasks = (use: RoleUse, inside: Surroundings): readonly Node[] => {
  const directory = join(inside.directory, 'tasks')
  const file = roleFile(directory, use.files.tasks, use.at)
  return file === undefined ? [] : readFileIn(file, inside)
}

const readHandlers = (use: RoleUse, inside: Surroundings, identity: string): void => {
  const { gathered } = inside
  const file = roleFile(join(inside.directory, 'handlers'), use.files.handlers, use.at)
  const key = `handlers ${identity} ${file ?? ''}`
  if (file === undefined || gathered.seen.has(key)) return
  gathered.seen.add(key)
  gathered.handlers.push(...readFileIn(file, { ...inside, inHandlers: true }))
}

/** Reads a file of tasks from where it stands; a syntax error in it is noted. */
export const readFileIn = (file: string, around: Surroundings): readonly Node[] =>
  around.mistakes.catching(() => {
    const root = loadYamlFile(file, around.options)
    return readTaskFile(root, { ...around, directory: dirname(file) })
  }) ?? []

// What makes two uses of a role the same: its parameters, conditions and tags.
const fingerprint = ({ params, keywords }: RoleUse): string =>
  JSON.stringify([
    params.map(({ vars }) => plain(vars)),
    keywords.vars.map(({ vars }) => plain(vars)),
    keywords.when.map(({ source }) => source),
    keywords.tags,
  ])

const plain = (raw: Raw): unknown => {
  if (raw instanceof TemplateText) return raw.source
  if (raw instanceof VaultText) return raw.ciphertext
  if (raw instanceof Map) return [...(raw as RawMap)].map(([key, value]) => [key, plain(value)])
  return Array.isArray(raw) ? raw.map(plain) : raw
}

/** An element of `roles:` or of a role's dependencies: a name, or a dictionary with parameters. */
export const readRoleEntry = (
  item: Located,
  around: Surroundings,
  outerParams: readonly VarsLayer[],
): readonly Node[] =>
  around.mistakes.catching(() => {
    const use = item.kind === 'map' ? useOfMap(item, around) : useOfName(item, around.keywords)
    const inside =
      item.kind === 'map'
        ? { ...around, moduleDefaults: readModuleDefaults(item.entries, around) }
        : around
    return useRole({ ...use, params: [...outerParams, ...use.params] }, inside).nodes
  }) ?? []

const useOfName = (item: Located, keywords: Keywords): RoleUse => {
  if (item.kind === 'list')
    throw new UserError('E_TYPE', `a role needs a name, not ${describeRaw(item.raw)}`, {
      at: item.at,
    })
  const name = constantText({ key: 'role', keyAt: item.at, value: item })
  return { ...USED_ONCE, name, at: item.at, keywords, params: [] }
}

const USED_ONCE = { files: {}, once: true, validatesArguments: true }

const useOfMap = (item: LocatedMap, around: Surroundings): RoleUse => {
  const named = item.entries.get('role') ?? item.entries.get('name')
  if (named === undefined)
    throw new UserError('E_MISSING_KEYWORD', 'a role needs "role", its name', { at: item.at })
  refuseUnsupported(item.entries, around)
  const params = [...item.entries.values()].filter(
    ({ key }) => key !== 'role' && !isKeyword(String(key), 'role'),
  )
  const layer = { vars: new Map(params.map(({ key, value }) => [key, value.raw])), at: item.at }
  return {
    ...USED_ONCE,
    name: constantText(named),
    at: item.at,
    keywords: readKeywords(item.entries, around),
    params: params.length === 0 ? [] : [layer],
  }
}
