/** Stands in a text for what cannot be known before the script runs. */
export const HOLE = '\uFFFC'

/** What a maintainer's script does to the machine. */
export type Deed =
  | { readonly what: 'link'; readonly at: string; readonly to: string; readonly forced: boolean }
  | { readonly what: 'directory' | 'file'; readonly at: string }
  | { readonly what: 'gone'; readonly at: string }
  /** Owner and mode of what is there, perhaps of what is below it and perhaps what it holds. */
  | {
      readonly what: 'altered'
      readonly at: string
      readonly below: boolean
      readonly content: boolean
    }
  /** Handed to a program that may make it, and anything below it. */
  | { readonly what: 'mentioned'; readonly at: string }
  | { readonly what: 'unit'; readonly unit: string; readonly verb: UnitVerb }
  /** Systemd reads its units. */
  | { readonly what: 'units read' }
  | { readonly what: 'account'; readonly account: NewAccount }
  | { readonly what: 'group'; readonly name: string }
  | { readonly what: 'member'; readonly account: string; readonly group: string }
  /** Files of sysusers.d, by name; none for all. */
  | { readonly what: 'sysusers'; readonly files: readonly string[] }
  | { readonly what: 'trigger'; readonly name: string }

export type UnitVerb = 'enable' | 'disable' | 'start' | 'stop' | 'restart' | 'if running' | 'mask'

/** An account as a script adds it: what it leaves open is undefined. */
export interface NewAccount {
  readonly name: string
  readonly group: string | undefined
  readonly home: string | undefined
  readonly shell: string | undefined
  readonly comment: string | undefined
  readonly makesHome: boolean
}

/** A deed, and whether the script is certain to do it. */
export type Happening = Deed & {
  readonly certain: boolean
  /** The script, such as `nginx-common.postinst`. */
  readonly by: string
}

/** A script, and how dpkg calls it. */
export interface MaintainerScript {
  readonly package: string
  /** Such as `postinst`. */
  readonly member: string
  readonly text: string
  /** As dpkg gives them, such as `configure` and the version that was configured before. */
  readonly words: readonly string[]
}

/** What a script finds on the machine; undefined where that is not known. */
export interface Setting {
  /** `d`, `f` or `l`; empty where it is proved that there is nothing. */
  at(path: string): 'd' | 'f' | 'l' | '' | undefined
  executable(path: string): boolean | undefined
  program(name: string): boolean | undefined
  account(name: string): boolean | undefined
  group(name: string): boolean | undefined
  /** Whether dpkg keeps mode and owner for the path. */
  overridden(path: string): boolean
}

/** True, false, or not to be known. */
export type Truth = boolean | undefined

export const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth)
