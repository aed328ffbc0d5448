/** A result as it was before a task wrote it that other hosts have not come to yet. */
interface Earlier {
  readonly place: number
  readonly name: string
  readonly has: boolean
  readonly value: unknown
}

/** What is known of a host because tasks found it out or set it. */
export class HostStore {
  /** Registered results and what `set_fact` set. */
  readonly results = new Map<string, unknown>()
  #earlier: Earlier[] = []
  #place: number | undefined
  /** What `include_vars` read. */
  readonly included = new Map<unknown, unknown>()
  readonly #facts = new Map<string, unknown>()
  /** The facts under their names with `ansible_`. */
  readonly prefixed = new Map<string, unknown>()
  /** `ansible_facts` itself. */
  readonly magic: ReadonlyMap<string, unknown> = new Map([['ansible_facts', this.#facts]])

  /** A registered result, or what `set_fact` set. */
  setResult(name: string, value: unknown): void {
    const before = { has: this.results.has(name), value: this.results.get(name) }
    if (this.#place !== undefined) this.#earlier.push({ place: this.#place, name, ...before })
    this.results.set(name, value)
  }

  /** Results written from here on are of this place, and not shown to others; undefined: shown at once. */
  holdBack(place: number | undefined): void {
    this.#place = place
    if (place === undefined) this.#earlier = []
  }

  /** Others see what was written before this place. */
  show(place: number): void {
    if (this.#earlier.length > 0) this.#earlier = this.#earlier.filter(it => it.place >= place)
  }

  /** The results as other hosts see them. */
  get shown(): ReadonlyMap<string, unknown> {
    if (this.#earlier.length === 0) return this.results
    const shown = new Map(this.results)
    for (const { name, has, value } of this.#earlier.toReversed())
      if (has) shown.set(name, value)
      else shown.delete(name)
    return shown
  }

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
