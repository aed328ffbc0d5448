import { parseYaml } from '../../src/language/load/yaml.ts'
import type { Keywords, Play, Role, VarsLayer } from '../../src/language/play.ts'
import type { Hosts } from '../../src/language/hosts.ts'
import type { Scope, ScopeRequest, Variables } from '../../src/language/scope.ts'
import type { Raw, RawMap } from '../../src/language/value.ts'
import { createVariables, type VariablesOptions } from '../../src/language/variables.ts'

/** A dictionary written as YAML. */
export const yaml = (text: string, file = 'vars.yml'): RawMap => {
  const { raw } = parseYaml(text, file)
  if (raw instanceof Map) return raw as RawMap
  throw new Error('not a dictionary')
}

/** Any value written as YAML. */
export const raw = (text: string, file = 'task.yml'): Raw => parseYaml(text, file).raw

export const layer = (text: string, file = 'vars.yml'): VarsLayer => ({
  vars: yaml(text, file),
  at: { file, line: 1, column: 1 },
})

const at = { file: 'site.yml', line: 1, column: 1 }

export const keywords = (vars: readonly VarsLayer[] = []): Keywords => ({
  name: undefined,
  when: [],
  tags: [],
  vars,
  become: undefined,
  becomeUser: undefined,
  becomeMethod: undefined,
  remoteUser: undefined,
  environment: [],
  delegateTo: undefined,
  delegateFacts: undefined,
  runOnce: undefined,
  ignoreErrors: undefined,
  ignoreUnreachable: undefined,
  noLog: undefined,
  checkMode: undefined,
  diff: undefined,
  anyErrorsFatal: undefined,
  throttle: undefined,
  timeout: undefined,
  notify: [],
})

export const play = (parts: Partial<Play> = {}): Play => ({
  name: 'a play',
  at,
  hosts: 'all',
  gatherFacts: undefined,
  vars: undefined,
  varsFiles: [],
  varsPrompt: [],
  serial: [],
  maxFailPercentage: undefined,
  forceHandlers: undefined,
  anyErrorsFatal: undefined,
  keywords: keywords(),
  sections: [],
  handlers: [],
  roles: [],
  directory: '/playbook',
  ...parts,
})

export const role = (name: string, parts: Partial<Role> = {}): Role => ({
  name,
  directory: `/playbook/roles/${name}`,
  defaults: undefined,
  vars: undefined,
  params: [],
  argumentSpec: undefined,
  at,
  ...parts,
})

/** Hosts of one group `web`, with the variables written as YAML per host. */
const hosts = (vars: Readonly<Record<string, string>>): Hosts => {
  const names = Object.keys(vars)
  const parsed = new Map(
    Object.entries(vars).map(([host, text]) => [
      host,
      new Map(
        text === ''
          ? []
          : [...yaml(text, `host_vars/${host}.yml`)].map(([k, value]) => [String(k), { value }]),
      ),
    ]),
  )
  return {
    hosts: names,
    groups: new Map([
      ['all', {}],
      ['web', {}],
    ]),
    directory: '/inventory',
    hostsOf: () => names,
    groupsOf: () => ['web'],
    varsOf: host => parsed.get(host) ?? new Map(),
    sourceOf: () => '/inventory/hosts.yml',
    match: pattern => names.filter(name => pattern === 'all' || pattern === name),
  }
}

export interface World {
  readonly variables: Variables
  readonly scope: (parts?: Partial<ScopeRequest>) => Scope
}

/** A run over hosts `web1` and `web2`. */
export const world = (
  inventory: Readonly<Record<string, string>> = {},
  options: Partial<VariablesOptions> = {},
): World => {
  const variables = createVariables({
    inventory: hosts({ web1: '', web2: '', ...inventory }),
    now: new Date('2026-01-02T03:04:05Z'),
    ...options,
  })
  return {
    variables,
    scope: parts =>
      variables.scope({
        host: 'web1',
        play: play(),
        keywords: undefined,
        role: undefined,
        directory: '/playbook',
        ...parts,
      }),
  }
}

/** The value of an expression with variables written as YAML. */
export const evaluate = (expression: string, vars = '{}'): unknown =>
  world()
    .scope({ keywords: keywords([layer(vars)]) })
    .value(raw(JSON.stringify(`{{ ${expression} }}`)))

/** Maps as plain objects, so that a test can be read. */
export const plain = (value: unknown): unknown => {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]))
  return Array.isArray(value) ? value.map(plain) : value
}
