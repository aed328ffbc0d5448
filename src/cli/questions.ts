import type { VarsPrompt } from '../language/play.ts'
import { ask, type Ask } from './prompt.ts'

interface Answered {
  readonly name: string
  readonly text: string
  readonly answer: string
}

/** What is asked while a plan is applied, which runs the playbooks twice: each thing is asked once. */
export class Questions {
  readonly #passwords = new Map<string, Promise<string>>()
  readonly #answered: Answered[] = []
  readonly #beforeAsking: () => Promise<void>
  #repeated = Number.POSITIVE_INFINITY

  /** `beforeAsking` resolves when the terminal is free. */
  constructor(beforeAsking: () => Promise<void>) {
    this.#beforeAsking = beforeAsking
  }

  /** The answers so far are given again from here on, in their order. */
  repeat(): void {
    this.#repeated = 0
  }

  /** Passwords of the command line. */
  readonly password: Ask = (text, how) => {
    const known = this.#passwords.get(text)
    if (known !== undefined) return known
    const answer = ask(text, how)
    this.#passwords.set(text, answer)
    return answer
  }

  /** What a playbook asks. */
  readonly prompt = async (request: VarsPrompt, text: string): Promise<string> => {
    const known = this.#answered[this.#repeated]
    if (known !== undefined && known.name === request.name && known.text === text) {
      this.#repeated++
      return known.answer
    }
    await this.#beforeAsking()
    const answer = await ask(text, request)
    // `pause` waits for the person: at its own turn again.
    if (request.name !== 'pause') this.#answered.push({ name: request.name, text, answer })
    return answer
  }
}
