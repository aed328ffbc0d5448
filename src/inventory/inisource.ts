import { UserError, type Position } from '../core/error.ts'
import { iniValue } from './literal.ts'
import type { GroupEntry, HostEntry, Model } from './model.ts'
import { expandHosts } from './ranges.ts'
import { splitWords, type Word } from './words.ts'

const SECTION = /^\[([^:\]]+)(?::(\w+))?\]\s*(?:[#;].*)?$/

/** Reads an INI inventory: `[group]`, `[group:vars]`, `[group:children]`. */
export const readIniSource = (model: Model, text: string, source: string): void => {
  const reader = new IniReader(model, source)
  text.split(/\r?\n/).forEach((line, index) => {
    reader.line(line, { file: source, line: index + 1, column: line.search(/\S|$/) + 1 })
  })
}

class IniReader {
  readonly #model: Model
  readonly #source: string
  #group = 'ungrouped'
  #section = 'hosts'

  constructor(model: Model, source: string) {
    this.#model = model
    this.#source = source
  }

  line(line: string, at: Position): void {
    const text = line.trim()
    if (text === '' || /^[#;]/.test(text)) return
    const section = SECTION.exec(text)
    if (section) this.#open(section[1] ?? '', section[2] ?? 'hosts', at)
    else if (this.#section === 'vars') this.#variable(text, at)
    else if (this.#section === 'children') this.#model.child(this.#group, bare(text), at)
    else this.#host(line, at)
  }

  #open(group: string, section: string, at: Position): void {
    if (!['hosts', 'vars', 'children'].includes(section))
      throw new UserError('E_INVENTORY', `[${group}:${section}] is not a section`, {
        at,
        hint: `known are [${group}], [${group}:vars] and [${group}:children]`,
      })
    this.#group = group
    this.#section = section
    this.#model.group(group)
  }

  #variable(text: string, at: Position): void {
    const equals = text.indexOf('=')
    if (equals === -1)
      throw new UserError('E_INVENTORY', 'a line of a :vars section must be "name=value"', { at })
    const name = text.slice(0, equals).trim()
    const value = withoutComment(text.slice(equals + 1).trim())
    this.#set(this.#model.group(this.#group), name, value, at)
  }

  #host(line: string, at: Position): void {
    const [name, ...assignments] = splitWords(line, at)
    if (name === undefined) return
    for (const { name: host, port } of expandHosts(name.text, at)) {
      const entry = this.#model.host(host, this.#group, this.#source)
      if (port !== undefined) this.#model.setVar(entry, 'ansible_port', port, at)
      for (const assignment of assignments) this.#assign(entry, assignment)
    }
  }

  #assign(host: HostEntry, { text, at }: Word): void {
    const equals = text.indexOf('=')
    if (equals < 1)
      throw new UserError('E_INVENTORY', `"${text}" behind a host must be "name=value"`, { at })
    const name = text.slice(0, equals)
    const valueAt = { ...at, column: at.column + equals + 1 }
    this.#set(host, name, text.slice(equals + 1), valueAt)
  }

  #set(owner: HostEntry | GroupEntry, name: string, text: string, at: Position): void {
    this.#model.setVar(owner, name, iniValue(text, at), at)
  }
}

const withoutComment = (text: string): string =>
  /^['"]/.test(text) ? text : text.replace(/\s+#.*$/, '')

const bare = (text: string): string => text.replace(/\s*[#;].*$/, '')
