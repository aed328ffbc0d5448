import type { Position } from '../core/error.ts'
import type { Raw, RawMap, TemplateText } from './value.ts'

/** A bare Jinja expression with its place (`when`, `changed_when`, `until`, …). */
export interface Condition {
  /** The expression's source; a YAML boolean is kept as `true` or `false`. */
  readonly source: string
  readonly at: Position
}

/** A dictionary of variables and where it stands, so that messages can name it. */
export interface VarsLayer {
  readonly vars: RawMap
  readonly at: Position
}

/**
 * The keywords in force for a task, those inherited from its role, blocks and play included.
 * `undefined` means that nobody said anything.
 */
export interface Keywords {
  readonly name: string | undefined
  /** The name again, where it is a template. */
  readonly nameTemplate?: TemplateText | undefined
  /** The outermost block's first; all must hold. */
  readonly when: readonly Condition[]
  readonly tags: readonly string[]
  /** Outermost first; a later layer wins. The play's own vars are not among them. */
  readonly vars: readonly VarsLayer[]
  readonly become: Raw | undefined
  readonly becomeUser: Raw | undefined
  readonly becomeMethod: Raw | undefined
  readonly remoteUser: Raw | undefined
  /** Innermost last; a later one wins key by key. */
  readonly environment: readonly Raw[]
  readonly delegateTo: Raw | undefined
  readonly delegateFacts: Raw | undefined
  readonly runOnce: Raw | undefined
  readonly ignoreErrors: Raw | undefined
  readonly ignoreUnreachable: Raw | undefined
  readonly noLog: Raw | undefined
  readonly checkMode: Raw | undefined
  readonly diff: Raw | undefined
  readonly anyErrorsFatal: Raw | undefined
  readonly throttle: Raw | undefined
  /** Seconds. */
  readonly timeout: Raw | undefined
  /** Names of handlers or of topics that they listen to, as written. */
  readonly notify: readonly Raw[]
  /** The place of each of them. */
  readonly notifyAt?: readonly Position[] | undefined
}

/** A role as it stands on disk, for the scope of the tasks in it. */
export interface Role {
  readonly name: string
  readonly directory: string
  /** `defaults/main.yml`. */
  readonly defaults: VarsLayer | undefined
  /** `vars/main.yml`. */
  readonly vars: VarsLayer | undefined
  /** Variables given where the role is used, outermost first. */
  readonly params: readonly VarsLayer[]
  /** `meta/argument_specs.yml`'s `main` entry, validated before the role's first task. */
  readonly argumentSpec: RawMap | undefined
  readonly at: Position
}

interface Placed {
  readonly at: Position
  readonly role: Role | undefined
  /** The directory of the file that the node stands in, for relative includes and files. */
  readonly directory: string
  readonly keywords: Keywords
}

export interface Loop {
  /** The list: `loop`, or `with_*` translated to the lookup it stands for. */
  readonly items: Raw
  readonly variable: string
  readonly indexVariable: string | undefined
  readonly label: Raw | undefined
  /** Seconds between items. */
  readonly pause: Raw | undefined
  readonly extended: boolean
  readonly at: Position
}

export interface Task extends Placed {
  readonly kind: 'task'
  /** The module's short name: `ansible.builtin.apt` is `apt`. */
  readonly module: string
  readonly moduleAt: Position
  /** Raw arguments, `args:` merged in; a whole templated dictionary stands under `args`. */
  readonly args: ReadonlyMap<string, Raw>
  /** `module: free text`. */
  readonly freeForm: Raw | undefined
  /** Place of each argument's key, for messages. */
  readonly argsAt: ReadonlyMap<string, Position>
  readonly loop: Loop | undefined
  readonly register: string | undefined
  readonly changedWhen: readonly Condition[] | undefined
  readonly failedWhen: readonly Condition[] | undefined
  readonly until: readonly Condition[] | undefined
  readonly retries: Raw | undefined
  /** Seconds. */
  readonly delay: Raw | undefined
  /** For a handler: topics it listens to besides its own name. */
  readonly listen: readonly string[]
}

export interface Block extends Placed {
  readonly kind: 'block'
  readonly tasks: readonly Node[]
  readonly rescue: readonly Node[]
  readonly always: readonly Node[]
}

/** What a file that is included later takes over from where its include stands; for the loader. */
export interface Inherited {
  /** Those of the block, role and play around the include, and those that `apply` gives. */
  readonly keywords: Keywords
  readonly moduleDefaults: ReadonlyMap<string, RawMap>
  readonly playbookDirectory: string
  readonly inHandlers: boolean
}

/** Which files of a role are read instead of `main.yml`, without their ending. */
export interface RoleFiles {
  readonly tasks?: string | undefined
  readonly vars?: string | undefined
  readonly defaults?: string | undefined
  readonly handlers?: string | undefined
}

/** `include_tasks` or `include_role`: known only when its turn comes. */
export interface Include extends Placed {
  readonly kind: 'include'
  readonly what: 'tasks' | 'role'
  /** The file, or the role's name. */
  readonly target: Raw
  /** `tasks_from`, for a role. */
  readonly tasksFrom: Raw | undefined
  /** `public`, for a role: its defaults and vars stay visible to later tasks of the play. */
  readonly isPublic: Raw | undefined
  /** Keywords that `apply` gives to what is included. */
  readonly apply: RawMap | undefined
  /** Names of `vars_from`, `defaults_from` and `handlers_from`, for a role. */
  readonly roleFiles: RoleFiles
  /** False where `rolespec_validate` says so: the role's arguments are not validated. */
  readonly validatesArguments: boolean
  readonly inherited: Inherited
  readonly loop: Loop | undefined
}

/** Stands before a role's first task: validates the role's arguments (`argument_specs`). */
export interface RoleStart extends Placed {
  readonly kind: 'role start'
  readonly role: Role
}

export type Node = Task | Block | Include | RoleStart

export interface VarsPrompt {
  readonly name: string
  readonly prompt: Raw | undefined
  readonly isPrivate: boolean
  readonly default: Raw | undefined
  readonly confirm: boolean
}

export interface Play {
  readonly name: string
  readonly at: Position
  /** Pattern of hosts, as text or list. */
  readonly hosts: Raw
  /** `undefined` means yes, as in Ansible. */
  readonly gatherFacts: Raw | undefined
  readonly vars: VarsLayer | undefined
  readonly varsFiles: readonly Raw[]
  /** The place of each of them. */
  readonly varsFilesAt?: readonly Position[] | undefined
  /** Order of the hosts; as in the inventory without. */
  readonly order?: Raw | undefined
  readonly varsPrompt: readonly VarsPrompt[]
  /** Batch sizes: numbers or percentages. */
  readonly serial: readonly Raw[]
  readonly maxFailPercentage: Raw | undefined
  readonly forceHandlers: Raw | undefined
  readonly anyErrorsFatal: Raw | undefined
  readonly keywords: Keywords
  /** In order; handlers are flushed after each section. */
  readonly sections: readonly (readonly Node[])[]
  /** The play's and its roles' handlers, in order of definition. */
  readonly handlers: readonly Node[]
  /** Roles of the play whose defaults and vars its tasks see, in order. */
  readonly roles: readonly Role[]
  /** The playbook's directory. */
  readonly directory: string
}

export interface Playbook {
  readonly file: string
  /** Those of imported playbooks in their place. */
  readonly plays: readonly Play[]
}
