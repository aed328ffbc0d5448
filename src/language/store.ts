/** What is known of a host because tasks found it out or set it. */
export class HostStore {
  /** Registered results and what `set_fact` set. */
  readonly results = new Map<string, unknown>()
  /** What `include_vars` read. */
  readonly included = new Map<unknown, unknown>()
  readonly #facts = new Map<string, unknown>()
  /** The facts under their names with `ansible_`. */
  readonly prefixed = new Map<string, unknown>()
  /** `ansible_facts` itself. */
  readonly magic: ReadonlyMap<string, unknown> = new Map([['ansible_facts', this.#facts]])

  get hasFacts(): boolean {
    return this.#facts.size > 0
  }

  /** Adds facts, given with or without `ansible_`; no facts at all forget those there are. */
  addFacts(facts: ReadonlyMap<string, unknown>): void {
    if (facts.size === 0) {
      this.#facts.clear()
      this.prefixed.clear()
    }
    for (const [given, value] of facts) {
      const name = given.replace(/^ansible_/, '')
      this.#facts.set(name, value)
      this.prefixed.set(`ansible_${name}`, value)
    }
    // Custom facts alone are known by both names inside of ansible_facts.
    if (this.#facts.has('local')) this.#facts.set('ansible_local', this.#facts.get('local'))
  }
}
