import { Redactor } from '../report/redact.ts'

/** The process's one redactor: also what ends a run unforeseen must show no secret. */
export const redactor = new Redactor()

/** Registers a secret with it. */
export const onSecret = (text: string): void => {
  redactor.register(text)
}

/** Registers what was made of a secret one-way: it can be guessed from. */
export const onDerived = (from: string, made: string): void => {
  if (redactor.holds(from)) redactor.register(made)
}
