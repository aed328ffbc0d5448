/** Is told of all on the controller that a run is made of, so that a saved plan can name it. */
export interface Inputs {
  /** A file that was read: its bytes, or their SHA-256 (lower-case hexadecimal). */
  file(path: string, content: Buffer | { readonly sha256: string }): void
  /** What came from elsewhere than a file: an environment variable, a command's output, an answer. */
  value(name: string, value: unknown): void
  /** A secret that was made by chance, just now: another run makes another one. */
  madeByChance(secret: string): void
  /** What was made of a text one-way, such as a hash: of what chance made, chance made it too. */
  derived(from: string, made: string): void
}
