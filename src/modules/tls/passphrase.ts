import type { Secret } from '../../core/secret.ts'

/** A variable that is empty by default says that there is none. */
export const passphraseOf = (secret: Secret | undefined): Secret | undefined =>
  secret === undefined || secret.reveal() === '' ? undefined : secret
