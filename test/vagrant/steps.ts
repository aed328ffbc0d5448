/** Does one thing after the other, says so, and how long each took. */
export class Steps {
  readonly #taken: { readonly title: string; readonly seconds: number }[] = []

  async do<T>(title: string, work: () => Promise<T>): Promise<T> {
    process.stdout.write(`\n== ${title}\n`)
    const from = performance.now()
    const result = await work()
    const seconds = Math.round((performance.now() - from) / 1000)
    this.#taken.push({ title, seconds })
    process.stdout.write(`   ${seconds} s\n`)
    return result
  }

  /** A table of the steps that were done. */
  table(): string {
    const total = this.#taken.reduce((sum, { seconds }) => sum + seconds, 0)
    const rows = [...this.#taken, { title: 'in all', seconds: total }]
    return rows.map(({ title, seconds }) => `${String(seconds).padStart(6)} s  ${title}`).join('\n')
  }
}

/** A remark within a step. */
export const say = (words: string): void => {
  process.stdout.write(`   ${words}\n`)
}
