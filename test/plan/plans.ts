import { readFileSync } from 'node:fs'
import { apply } from '../../src/cli/apply.ts'
import { shownError } from '../../src/cli/mistakes.ts'
import type { RunFlags } from '../../src/cli/options.ts'
import { plan } from '../../src/cli/plan.ts'
import { run } from '../../src/cli/run.ts'
import { show } from '../../src/cli/show.ts'
import { UserError, UserErrors } from '../../src/core/error.ts'
import type { PlanDocument } from '../../src/plan/document.ts'
import { ProjectFiles, type Files } from '../projectfiles.ts'

/** What a command came to; an error that ends it is told as the program tells it, with code 64. */
export interface Ended {
  readonly code: number
  readonly text: string
}

/** The document of `--output json`, as far as tests read it. */
export interface Report {
  readonly tasks: readonly {
    readonly task: string
    readonly host: string
    readonly status: string
    readonly item: string | null
    readonly changes: readonly { readonly summary: string; readonly diff: string | null }[]
    readonly message: string | null
    readonly code?: string
  }[]
}

const FLAGS: RunFlags = { forks: 5, timeout: 10, verbose: 0, output: 'text', lookAhead: true }

/** A project of this machine, which plans are made of and applied to, in this very process. */
export class Plans extends ProjectFiles {
  constructor(files: Files) {
    super('plans')
    this.write({ 'inventory.yml': HOST, ...files })
    const before = { ...process.env }
    const cwd = process.cwd()
    beforeAll(() => {
      process.chdir(this.directory)
      Object.assign(process.env, this.home(before['PATH']))
      process.env['XDG_STATE_HOME'] = this.path('state')
    })
    afterAll(() => {
      process.env = before
      process.chdir(cwd)
    })
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  document(name = 'p'): PlanDocument {
    return JSON.parse(this.read(name)) as PlanDocument
  }

  plan(flags: Partial<RunFlags> & { readonly out?: string } = {}): Promise<Ended> {
    const inventory = [this.path('inventory.yml')]
    return captured(() => plan(['site.yml'], { ...FLAGS, inventory, out: 'p', ...flags }))
  }

  /** Runs the playbook without a plan. */
  run(flags: Partial<RunFlags> = {}): Promise<Ended> {
    const inventory = [this.path('inventory.yml')]
    return captured(() => run(['site.yml'], { ...FLAGS, inventory, ...flags }))
  }

  show(flags: Partial<RunFlags> = {}): Promise<Ended> {
    return captured(() => show('p', { ...FLAGS, ...flags }))
  }

  apply(flags: Partial<RunFlags> = {}): Promise<Ended> {
    return captured(() => apply('p', { ...FLAGS, ...flags }))
  }

  /** The same, and what it reports. */
  async applied(flags: Partial<RunFlags> = {}): Promise<Ended & { readonly report: Report }> {
    const ended = await this.apply({ output: 'json', ...flags })
    return { ...ended, report: JSON.parse(ended.text) as Report }
  }
}

const captured = async (command: () => Promise<number>): Promise<Ended> => {
  let text = ''
  const write = (chunk: unknown): boolean => {
    text += String(chunk)
    return true
  }
  const spies = [process.stdout, process.stderr].map(stream =>
    jest.spyOn(stream, 'write').mockImplementation(write),
  )
  try {
    return { code: await command(), text }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const errors = error instanceof UserErrors ? error.errors : [error]
    return { code: 64, text: errors.map(shownError).join('\n') }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

const HOST = 'all: { hosts: { h1: { ansible_connection: local } } }\n'
