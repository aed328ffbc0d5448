/** Where a keyword may stand. */
export type Place = 'import_playbook' | 'play' | 'role' | 'block' | 'task' | 'handler'

const EVERYWHERE: readonly Place[] = ['play', 'role', 'block', 'task', 'handler']
const BELOW_PLAY: readonly Place[] = ['role', 'block', 'task', 'handler']
const TASKS: readonly Place[] = ['task', 'handler']

// docs.ansible.com, "Playbook Keywords".
const PLACES: Readonly<Record<string, readonly Place[]>> = {
  ...spread(EVERYWHERE, [
    'any_errors_fatal become become_exe become_flags become_method become_user check_mode',
    'collections connection debugger diff environment ignore_errors ignore_unreachable',
    'module_defaults name no_log port remote_user run_once tags throttle timeout vars',
  ]),
  ...spread(BELOW_PLAY, ['delegate_facts delegate_to when']),
  ...spread(
    ['play'],
    [
      'fact_path force_handlers gather_facts gather_subset gather_timeout handlers hosts',
      'max_fail_percentage order post_tasks pre_tasks roles serial strategy tasks user',
      'vars_files vars_prompt',
    ],
  ),
  ...spread(['block'], ['always block rescue']),
  ...spread(['block', 'task', 'handler'], ['notify']),
  ...spread(TASKS, [
    'action args async changed_when delay failed_when local_action loop loop_control poll',
    'register retries until',
  ]),
  ...spread(['handler'], ['listen']),
}

function spread(
  places: readonly Place[],
  names: readonly string[],
): Record<string, readonly Place[]> {
  return Object.fromEntries(names.flatMap(line => line.split(' ')).map(name => [name, places]))
}

/** Whether a keyword may stand at a place; `with_*` is one of a task. */
export const isKeyword = (name: string, place: Place): boolean =>
  Object.hasOwn(PLACES, name)
    ? (PLACES[name]?.includes(place) ?? false)
    : name.startsWith('with_') && TASKS.includes(place)

/** All keywords of a place. */
export const keywordsOf = (place: Place): readonly string[] =>
  Object.keys(PLACES).filter(name => isKeyword(name, place))

/** Where else a keyword may stand. */
export const placesOf = (name: string): readonly Place[] =>
  Object.hasOwn(PLACES, name) ? (PLACES[name] ?? []) : []

/** A keyword of Ansible's that has no effect here: its harmless values, and what to do instead. */
export interface Unsupported {
  readonly harmless: readonly (string | number | boolean)[]
  readonly instead: string
}

/** Keywords that are refused, because ignoring them would change what a playbook means. */
export const UNSUPPORTED: Readonly<Record<string, Unsupported>> = {
  async: { harmless: [0], instead: 'leave it out; "timeout" limits how long a task may take' },
  become_exe: { harmless: [], instead: 'leave it out; sudo and su are found by themselves' },
  become_flags: { harmless: ['', '-H'], instead: 'leave it out' },
  connection: {
    harmless: ['ssh', 'smart', 'paramiko', 'ansible.builtin.ssh'],
    instead: 'set ansible_connection in the inventory, or use "delegate_to: localhost"',
  },
  debugger: { harmless: ['never'], instead: 'leave it out' },
  fact_path: { harmless: ['/etc/ansible/facts.d'], instead: 'leave it out' },
  gather_timeout: { harmless: [], instead: 'use "timeout"' },
  // The engine takes hosts as the inventory has them; `Play.order` waits for it to do otherwise.
  order: { harmless: ['inventory'], instead: 'order the hosts in the inventory' },
  port: {
    harmless: [],
    instead: 'set ansible_port in the inventory; a variable of that name goes below "vars:"',
  },
  strategy: {
    harmless: ['linear', 'free', 'ansible.builtin.linear', 'ansible.builtin.free', 'host_pinned'],
    instead: 'leave it out; hosts do not wait for each other where the order cannot be observed',
  },
}
