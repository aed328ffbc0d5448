import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { ProjectFiles } from '../projectfiles.ts'

/** How a command ended, and what it wrote. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const TSX = join(process.cwd(), 'node_modules/tsx/dist/esm/index.mjs')
const MAIN = join(process.cwd(), 'src/cli/main.ts')

/** Small projects in a temporary directory, run by the real command line in processes of their own. */
export class Cli extends ProjectFiles {
  /** Where the machine's lock and due handlers go instead of /var/lib. */
  readonly kept: string
  readonly environment: NodeJS.ProcessEnv

  constructor() {
    super('cli')
    this.kept = this.path('home/.local/state/provision')
    this.environment = {
      ...withoutOurs(process.env),
      ...this.home(process.env['PATH']),
    }
  }

  /** The words that start `provision`. */
  command(...args: string[]): readonly string[] {
    return [process.execPath, '--import', TSX, MAIN, ...args]
  }

  /** Starts `provision` in the project; its standard input is closed. */
  start(...args: string[]): ChildProcess {
    const [program = '', ...words] = this.command(...args)
    return spawn(program, words, {
      cwd: this.directory,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  run(...args: string[]): Promise<Ended> {
    return ending(this.start(...args))
  }
}

/** What the child writes until it has ended. */
export const ending = (child: ChildProcess): Promise<Ended> => {
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      resolve({ code, out: String(Buffer.concat(out)), err: String(Buffer.concat(err)) })
    })
  })
}

/** Resolves when the condition holds; throws after a minute. */
export const until = async (holds: () => boolean): Promise<void> => {
  const end = performance.now() + 60_000
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to hold')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

const withoutOurs = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(PROVISION_|ANSIBLE_|NODE_OPTIONS|JEST_|FORCE_COLOR|NO_COLOR)/.test(name),
    ),
  )
