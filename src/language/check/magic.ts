// Names that the run itself defines; docs.ansible.com, "Special Variables".
const MAGIC = new Set(
  [
    'environment group_names groups hostvars inventory_dir inventory_file inventory_hostname',
    'inventory_hostname_short omit play_hosts playbook_dir role_name role_names role_path vars',
    // What modules that gather facts define beside `ansible_*`.
    'packages services discovered_interpreter_python',
  ].flatMap(line => line.split(' ')),
)

/** Names that a template file may use besides. */
export const TEMPLATE_NAMES: readonly string[] = [
  'template_destpath',
  'template_fullpath',
  'template_host',
  'template_mtime',
  'template_path',
  'template_run_date',
  'template_uid',
]

/** Whether the run itself defines a name; facts and connection variables begin with `ansible_`. */
export const isMagic = (name: string): boolean =>
  MAGIC.has(name) || name.startsWith('ansible_') || name.startsWith('getent_')

/** For "did you mean". */
export const magicNames: readonly string[] = [
  ...MAGIC,
  'ansible_facts',
  'ansible_check_mode',
  'ansible_play_hosts',
]
