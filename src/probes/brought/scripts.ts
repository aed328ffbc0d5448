import type { Step } from '../apt.ts'
import type { Archive } from '../apt/archive.ts'
import type { Former, Surroundings } from '../apt/surroundings.ts'
import { inside } from '../../core/probe.ts'
import {
  HOLE,
  type Happening,
  type MaintainerScript,
  type Setting,
} from '../maintainer/happening.ts'
import { parse } from '../maintainer/parse.ts'
import { Unreadable } from '../maintainer/syntax.ts'
import { Walk } from '../maintainer/walk.ts'
import { placeOf, type Entry } from './entries.ts'

/** What the scripts of a transaction do, before and after the archives are unpacked. */
export interface Happenings {
  readonly before: readonly Happening[]
  readonly after: readonly Happening[]
  /** What a script would find at the end. */
  readonly setting: Setting
}

interface Transaction {
  readonly steps: readonly Step[]
  readonly archives: readonly Archive[]
  readonly entries: ReadonlyMap<string, Entry>
  readonly there: Surroundings
  readonly purge: boolean
}

/** Goes through the maintainer's scripts in the order in which dpkg runs them. */
export const happeningsOf = (transaction: Transaction): Happenings => {
  const asked = askedIn(transaction)
  const done: Happening[] = []
  const run = (scripts: readonly MaintainerScript[], unpacked: boolean): Happening[] =>
    scripts.flatMap(script => {
      const did = walk(script, new There({ ...transaction, asked, unpacked, done }))
      done.push(...did)
      return did
    })
  const { leaving, arriving, configuring } = scriptsOf(transaction)
  const before = run([...leaving, ...arriving], false)
  const configured = run(configuring, true)
  const after = [...configured, ...run(triggeredBy(transaction, done), true)]
  const moment = { ...transaction, asked, unpacked: true, done }
  return { before, after, setting: new There(moment) }
}

const walk = (script: MaintainerScript, setting: Setting): readonly Happening[] => {
  const by = `${script.package}.${script.member}`
  if (!/^#!\s*\S*\/(?:ba|da|k)?sh\b/.test(script.text)) return unread(script.text, by)
  const taken = new Walk(script, setting)
  try {
    return taken.run(parse(script.text))
  } catch (error) {
    if (error instanceof Unreadable) return unread(script.text, by)
    throw error
  }
}

const MENTION = /\/[\w.+@:/-]+/g

/** Paths that a text mentions, as the machine was asked for them. */
const mentionsIn = (text: string): string[] =>
  (text.match(MENTION) ?? []).map(at => at.replaceAll(/\/{2,}/g, '/').replace(/\/$/, ''))

/** A script in another language: it may make what it mentions, and start and enable any unit. */
const unread = (text: string, by: string): Happening[] => [
  ...mentionsIn(text).map(at => ({ what: 'mentioned' as const, at, certain: false, by })),
  ...(['enable', 'start'] as const).map(verb => ({
    what: 'unit' as const,
    unit: HOLE,
    verb,
    certain: false,
    by,
  })),
]

interface Scripts {
  readonly leaving: MaintainerScript[]
  readonly arriving: MaintainerScript[]
  readonly configuring: MaintainerScript[]
}

const scriptsOf = ({ steps, archives, there, purge }: Transaction): Scripts => {
  const scripts: Scripts = { leaving: [], arriving: [], configuring: [] }
  const add = (to: MaintainerScript[], of: Of, words: readonly string[]): void => {
    if (of.text !== undefined)
      to.push({ package: of.name, member: of.member, text: of.text, words })
  }
  for (const step of steps) {
    const former = formerOf(step, there)
    const archive = archives.find(({ name }) => name === bare(step.name))
    const old = (member: string): Of => ({
      name: step.name,
      member,
      text: former?.control.get(member),
    })
    const fresh = (member: string): Of => ({
      name: step.name,
      member,
      text: archive?.control.get(member),
    })
    // Of a package that was removed only the version that was configured once is told.
    const version = step.before ?? (former === undefined ? '' : HOLE)
    if (step.after === null) {
      add(scripts.leaving, old('prerm'), ['remove'])
      add(scripts.leaving, old('postrm'), ['remove'])
      if (purge) add(scripts.leaving, old('postrm'), ['purge'])
      continue
    }
    if (step.before !== null && step.before !== step.after) {
      add(scripts.leaving, old('prerm'), ['upgrade', step.after])
      add(scripts.leaving, old('postrm'), ['upgrade', step.after])
    }
    const verb = step.before === null ? 'install' : 'upgrade'
    add(scripts.arriving, fresh('preinst'), version === '' ? [verb] : [verb, version])
    add(
      scripts.configuring,
      fresh('postinst'),
      version === '' ? ['configure'] : ['configure', version],
    )
  }
  return scripts
}

interface Of {
  readonly name: string
  readonly member: string
  readonly text: string | undefined
}

const bare = (name: string): string => name.split(':')[0] ?? name

/** What was there of a step's package before. */
export const formerOf = ({ name }: Step, { former }: Surroundings): Former | undefined =>
  former.find(one => one.name === name) ?? former.find(one => bare(one.name) === bare(name))

const INTEREST = /^\s*interest(?:-noawait|-await)?\s+(\S+)/gm
const ACTIVATES = /^\s*activate(?:-noawait|-await)?\s+(\S+)/gm

const declared = (text: string | undefined, kind: RegExp): string[] =>
  [...(text ?? '').matchAll(kind)].map(([, name = '']) => name)

/** Scripts that the transaction sets off: packages wait for paths and names. */
const triggeredBy = (
  { archives, entries, there, steps }: Transaction,
  done: readonly Happening[],
): MaintainerScript[] => {
  const leaving = steps.flatMap(step => formerOf(step, there)?.paths ?? [])
  const paths = [...entries.keys(), ...leaving]
  const named = new Set([
    ...archives.flatMap(({ control }) => declared(control.get('triggers'), ACTIVATES)),
    ...done.flatMap(deed => (deed.what === 'trigger' ? [deed.name] : [])),
  ])
  const isSetOff = (trigger: string): boolean =>
    named.has(trigger) || paths.some(path => path === trigger || inside(path, trigger))
  const installed = new Map<string, string[]>()
  for (const { trigger, name } of there.triggers)
    if (isSetOff(trigger)) installed.set(name, [...(installed.get(name) ?? []), trigger])
  const arrived = archives.flatMap(({ name, control }) => {
    const triggers = declared(control.get('triggers'), INTEREST).filter(isSetOff)
    const text = control.get('postinst')
    return triggers.length === 0 || text === undefined ? [] : [{ name, triggers, text }]
  })
  const names = new Set(arrived.map(({ name }) => name))
  const others = [...installed].flatMap(([name, triggers]) => {
    const text = there.triggered.get(name)
    return text === undefined || names.has(bare(name)) ? [] : [{ name, triggers, text }]
  })
  return [...arrived, ...others].map(({ name, triggers, text }) => ({
    package: name,
    member: 'postinst',
    text,
    words: ['triggered', triggers.join(' ')],
  }))
}

interface Moment extends Transaction {
  /** The paths that the machine was asked for. */
  readonly asked: ReadonlySet<string>
  /** Whether the archives have been unpacked. */
  readonly unpacked: boolean
  /** What scripts did before. */
  readonly done: readonly Happening[]
}

/** What a script finds: what was there, what the archives hold and what scripts did before it. */
class There implements Setting {
  readonly #of: Moment

  constructor(of: Moment) {
    this.#of = of
  }

  at(path: string): 'd' | 'f' | 'l' | '' | undefined {
    const made = this.#made(path)
    if (made !== 'untouched') return made
    const entry = this.#entry(path)
    if (entry !== undefined) {
      const { kind } = entry.info
      const found = kind === 'directory' ? 'd' : kind === 'link' ? 'l' : 'f'
      if (this.#of.unpacked) return found
      return this.#earlier(path) === found ? found : undefined
    }
    return this.#earlier(path)
  }

  #entry(path: string): Entry | undefined {
    return this.#of.entries.get(placeOf(path, this.#of.there.links))
  }

  /** As it was before the transaction. */
  #earlier(path: string): 'd' | 'f' | 'l' | '' | undefined {
    const found = this.#of.there.there.get(path)
    if (found !== undefined) return found as 'd' | 'f' | 'l'
    if (this.#of.asked.has(path)) return ''
    const parent = path.slice(0, path.lastIndexOf('/'))
    return parent !== '' && this.#earlier(parent) === '' ? '' : undefined
  }

  #made(path: string): 'd' | 'f' | 'l' | '' | undefined | 'untouched' {
    const last = this.#of.done.findLast(
      deed => 'at' in deed && deed.what !== 'altered' && deed.at === path,
    )
    if (last === undefined) return 'untouched'
    if (!last.certain) return undefined
    switch (last.what) {
      case 'directory':
        return 'd'
      case 'file':
        return 'f'
      case 'gone':
        return ''
      default:
        return undefined
    }
  }

  executable(path: string): boolean | undefined {
    const mode = this.#entry(path)?.info.mode
    return mode === undefined || !this.#of.unpacked ? undefined : /[1357]/.test(mode)
  }

  program(name: string): boolean | undefined {
    const found = ['/usr/bin', '/usr/sbin'].some(place => this.#of.entries.has(`${place}/${name}`))
    return found && this.#of.unpacked ? true : undefined
  }

  account(name: string): boolean | undefined {
    return this.#of.there.accounts.has(name) || this.#added('account', name)
  }

  group(name: string): boolean | undefined {
    return this.#of.there.groups.has(name) || this.#added('group', name)
  }

  #added(what: 'account' | 'group', name: string): boolean | undefined {
    const found = this.#of.done.filter(
      deed =>
        deed.what === what && (deed.what === 'account' ? deed.account.name : deed.name) === name,
    )
    if (found.length === 0) return false
    return found.some(({ certain }) => certain) ? true : undefined
  }

  overridden(path: string): boolean {
    return this.#of.there.overrides.has(path)
  }
}

/** The paths that the machine was asked for: all that the scripts mention. */
const askedIn = ({ archives, there }: Transaction): ReadonlySet<string> => {
  const texts = [
    ...archives.flatMap(({ control }) => [control.get('preinst'), control.get('postinst')]),
    ...there.former.flatMap(({ control }) => [control.get('prerm'), control.get('postrm')]),
    ...there.triggered.values(),
  ]
  return new Set(texts.flatMap(text => mentionsIn(text ?? '')))
}
