import { must, ROOT } from './command.ts'

/** Vagrant's command line, in vagrant/, with what the test sets. */
export class Vagrant {
  readonly #env: NodeJS.ProcessEnv

  constructor(box: string, provider: string) {
    this.#env = { VM_BOX: box, VAGRANT_DEFAULT_PROVIDER: provider }
  }

  /** What it prints, once it has succeeded. */
  run(...args: readonly string[]): Promise<string> {
    return must('vagrant', args, { cwd: `${ROOT}vagrant`, env: this.#env })
  }
}
