import { accountCommands } from './accounts.ts'
import { COMMANDS, mentionAll } from './commands.ts'
import { evaluate } from './condition.ts'
import { textOf, wordsOf, type Values } from './expand.ts'
import {
  HOLE,
  not,
  type Deed,
  type Happening,
  type MaintainerScript,
  type Setting,
  type Truth,
} from './happening.ts'
import type { AndOr, Command, List, Pipeline, Redirect } from './syntax.ts'

/** Ends what encloses it: the script, a function or a loop's turn. */
class Ended extends Error {
  readonly how: 'exit' | 'return' | 'break' | 'continue'
  /** Leaves the script with an error, so that dpkg fails. */
  readonly fails: boolean

  constructor(how: Ended['how'], fails = false) {
    super(how)
    this.how = how
    this.fails = fails
  }
}

/** Functions that call each other deeper than this are not followed. */
const DEEPEST = 12

/** What dpkg sets for a script, beside what is not known. */
const environmentOf = ({ package: name, member }: MaintainerScript): [string, string][] => [
  ['DPKG_ROOT', ''],
  ['DPKG_MAINTSCRIPT_PACKAGE', name],
  ['DPKG_MAINTSCRIPT_NAME', member],
  ['DEBIAN_FRONTEND', 'noninteractive'],
]

/**
 * Goes through a script as a shell would, without running anything: a condition that cannot be
 * known is taken both ways, and what either way does is then not certain. A script that is run
 * with success is all that counts: ways that end in a failure are not taken.
 */
export class Walk implements Values {
  readonly happenings: Happening[] = []
  readonly setting: Setting
  words: readonly string[]
  readonly #script: MaintainerScript
  #variables: Map<string, string>
  readonly #functions = new Map<string, Command>()
  /** Why what follows is not certain to be reached. */
  #doubts: ('branch' | Ended['how'])[] = []
  #depth = 0

  constructor(script: MaintainerScript, setting: Setting) {
    this.#script = script
    this.setting = setting
    this.words = script.words
    this.#variables = new Map(environmentOf(script))
  }

  run(list: List): readonly Happening[] {
    this.#ending(() => this.list(list), ['exit', 'return', 'break', 'continue'])
    return this.happenings
  }

  note(deed: Deed): void {
    const by = `${this.#script.package}.${this.#script.member}`
    this.happenings.push({ ...deed, certain: this.#doubts.length === 0, by })
  }

  /** The version that was configured before; empty for a first installation. */
  get before(): string {
    return this.#script.words[1] ?? ''
  }

  /** A variable that nothing has set may come from the environment. */
  variable(name: string): string | undefined {
    return this.#variables.get(name) ?? HOLE
  }

  set(name: string, value: string): void {
    this.#variables.set(name, value)
  }

  output(of: List): string {
    this.#apart(() => this.list(of))
    return HOLE
  }

  list(list: List): Truth {
    let truth: Truth = true
    for (const item of list) truth = this.#andOr(item)
    return truth
  }

  #andOr({ first, rest }: AndOr): Truth {
    let truth = this.#pipeline(first)
    for (const { operator, pipeline } of rest) {
      const goesOn = operator === '&&' ? truth : not(truth)
      if (goesOn === false) continue
      if (goesOn === true) truth = this.#pipeline(pipeline)
      else {
        this.#branches([() => this.#pipeline(pipeline), () => undefined])
        truth = undefined
      }
    }
    return truth
  }

  #pipeline({ negated, commands }: Pipeline): Truth {
    let truth: Truth = true
    for (const command of commands)
      truth =
        commands.length === 1 ? this.#command(command) : this.#apart(() => this.#command(command))
    return negated ? not(truth) : truth
  }

  #command(command: Command): Truth {
    if (command.kind !== 'simple')
      for (const redirect of command.redirects) this.#redirect(redirect)
    switch (command.kind) {
      case 'simple':
        return this.#simple(command)
      case 'if':
        return this.#if(command.branches, command.otherwise)
      case 'case':
        return this.#case(command)
      case 'for':
        return this.#for(command)
      case 'loop':
        return this.#loop(() => {
          this.list(command.test)
          this.#branches([() => this.list(command.body), () => undefined])
        })
      case 'group':
        return this.list(command.body)
      case 'subshell':
        return this.#apart(() => this.list(command.body))
      case 'function':
        this.#functions.set(command.name, command.body)
        return true
    }
  }

  #if(branches: (Command & { kind: 'if' })['branches'], otherwise: List): Truth {
    const [first, ...rest] = branches
    if (first === undefined) return this.list(otherwise)
    const truth = this.list(first.test)
    if (truth === true) return this.list(first.body)
    if (truth === false) return this.#if(rest, otherwise)
    return this.#branches([() => this.list(first.body), () => this.#if(rest, otherwise)])
  }

  #case({ subject, arms }: Command & { kind: 'case' }): Truth {
    const text = textOf(subject, this)
    const possible: List[] = []
    for (const { patterns, body } of arms) {
      const matched = patterns.map(pattern => matches(text, textOf(pattern, this)))
      if (matched.every(truth => truth === false)) continue
      possible.push(body)
      if (matched.includes(true)) {
        if (possible.length === 1) return this.list(body)
        return this.#branches(possible.map(list => () => this.list(list)))
      }
    }
    if (possible.length === 0) return true
    return this.#branches([...possible.map(list => () => this.list(list)), () => undefined])
  }

  #for({ name, words, body }: Command & { kind: 'for' }): Truth {
    const items = words === undefined ? this.words : words.flatMap(word => wordsOf(word, this))
    return this.#loop(() => {
      for (const item of items) {
        this.set(name, item)
        const turn = (): Truth => this.#turn(() => this.list(body))
        // Nobody knows how many there are.
        if (item.includes(HOLE)) this.#branches([turn, () => undefined])
        else turn()
      }
    })
  }

  #turn(body: () => Truth): Truth {
    return this.#ending(body, ['continue'])
  }

  #loop(body: () => void): Truth {
    this.#ending(() => {
      body()
      return undefined
    }, ['break', 'continue'])
    return undefined
  }

  /** What ends so within goes no further; what only may have ended so is in doubt no longer. */
  #ending(body: () => Truth, kinds: readonly Ended['how'][]): Truth {
    const before = this.#doubts.length
    try {
      return body()
    } catch (error) {
      if (!(error instanceof Ended) || !kinds.includes(error.how)) throw error
      return undefined
    } finally {
      const later = this.#doubts.slice(before).filter(doubt => !(kinds as string[]).includes(doubt))
      this.#doubts = [...this.#doubts.slice(0, before), ...later]
    }
  }

  /** In a shell of its own: neither its variables nor its end are those of the script. */
  #apart(body: () => Truth): Truth {
    const variables = new Map(this.#variables)
    const truth = this.#ending(body, ['exit', 'return', 'break', 'continue'])
    this.#variables = variables
    return truth
  }

  /** One of these is done, nobody knows which. */
  #branches(bodies: readonly (() => Truth)[]): Truth {
    const before = this.#variables
    const after: Map<string, string>[] = []
    const ends: Ended[] = []
    for (const body of bodies) {
      this.#variables = new Map(before)
      const doubts = this.#doubts.length
      this.#doubts.push('branch')
      try {
        body()
        after.push(this.#variables)
      } catch (error) {
        if (!(error instanceof Ended)) throw error
        if (!error.fails) ends.push(error)
      }
      this.#doubts.splice(doubts, 1)
    }
    this.#variables = merged(after.length === 0 ? [before] : after)
    const [end] = ends
    if (after.length === 0) throw end ?? new Ended('exit', true)
    for (const { how } of ends) this.#doubts.push(how)
    return undefined
  }

  #simple({ assignments, words, redirects }: Command & { kind: 'simple' }): Truth {
    const [first, ...rest] = words.flatMap(word => wordsOf(word, this))
    for (const redirect of redirects) this.#redirect(redirect)
    if (first === undefined) {
      for (const { name, value } of assignments) this.set(name, textOf(value, this))
      const asks = assignments.some(({ value }) => value.some(part => part.kind === 'output'))
      return asks ? undefined : true
    }
    const called = this.#functions.get(first)
    return called === undefined ? this.call(first, rest) : this.#function(called, rest)
  }

  #function(body: Command, words: readonly string[]): Truth {
    if (this.#depth >= DEEPEST) return undefined
    const outer = this.words
    this.words = words
    this.#depth++
    try {
      return this.#ending(() => this.#command(body), ['return'])
    } finally {
      this.#depth--
      this.words = outer
    }
  }

  /** A command by its name. */
  call(name: string, words: readonly string[]): Truth {
    switch (name) {
      case '[':
        return evaluate(words.slice(0, words.lastIndexOf(']')), this.setting)
      case 'test':
        return evaluate(words, this.setting)
      case 'exit':
        throw new Ended('exit', /^[1-9]/.test(words[0] ?? ''))
      case 'return':
      case 'break':
      case 'continue':
        throw new Ended(name)
      case 'shift':
        this.words = this.words.slice(Number(words[0] ?? 1) || 1)
        return true
      case 'set':
        if (words.includes('--')) this.words = words.slice(words.indexOf('--') + 1)
        return true
      case 'local':
      case 'export':
      case 'readonly':
      case 'declare':
        return this.#declare(words)
      case 'read':
        for (const word of words) this.set(word, HOLE)
        return undefined
      case 'unset':
        for (const word of words) this.set(word, '')
        return true
      default:
        return this.#other(name, words)
    }
  }

  #declare(words: readonly string[]): Truth {
    for (const word of words) {
      const at = word.indexOf('=')
      if (at > 0) this.set(word.slice(0, at), word.slice(at + 1))
    }
    return true
  }

  #other(name: string, words: readonly string[]): Truth {
    const program = name.slice(name.lastIndexOf('/') + 1)
    const command = COMMANDS[program] ?? accountCommands[program]
    if (command !== undefined) return command(words, this)
    return mentionAll(words, this)
  }

  #redirect({ operator, to }: Redirect): void {
    const at = textOf(to, this)
    if (operator.startsWith('>') && operator !== '>&' && isPlace(at))
      this.note({ what: 'file', at })
  }
}

const isPlace = (at: string): boolean => at.startsWith('/') && !/^\/(?:dev|proc|sys)\//.test(at)

const merged = (all: readonly Map<string, string>[]): Map<string, string> => {
  const names = new Set(all.flatMap(one => [...one.keys()]))
  return new Map(
    [...names].map(name => {
      const values = new Set(all.map(one => one.get(name) ?? HOLE))
      return [name, values.size === 1 ? ([...values][0] ?? HOLE) : HOLE]
    }),
  )
}

/** Whether a text matches a pattern of `case`. */
const matches = (text: string, pattern: string): Truth => {
  if (pattern === '*') return true
  if (text.includes(HOLE) || pattern.includes(HOLE)) return undefined
  const source = pattern
    .replaceAll(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source.replaceAll('[!', '[^')}$`, 's').test(text)
}
