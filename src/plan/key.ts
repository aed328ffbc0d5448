import { createHmac, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { rmSync, statSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { UserError } from '../core/error.ts'

const BYTES = 32

/** What says whether two values are the same without telling what they are, to whoever lacks the key. */
export class Macs {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** Equal for an equal value of the same name only. */
  of(name: string, value: string): string {
    // Told apart by their lengths: nobody can move text from one to the other.
    const mac = createHmac('sha256', this.#key).update(`${name.length} ${name}\0${value}`)
    return `${KEYED}${mac.digest('hex')}`
  }

  /** Tells whether a plan was made under this key. */
  get keyName(): string {
    return this.of('key', '').slice(KEYED.length, KEYED.length + 16)
  }
}

/** What stands before a hash that only the controller can make. */
const KEYED = 'hmac-sha256:'

/** `$XDG_STATE_HOME/provision/plan.key`, or the same in `~/.local/state`. */
export const keyFile = (env: NodeJS.ProcessEnv): string => {
  const given = env['XDG_STATE_HOME'] ?? ''
  // https://specifications.freedesktop.org/basedir-spec: a relative path is to be ignored.
  const state = isAbsolute(given) ? given : join(homedir(), '.local', 'state')
  return join(state, 'provision', 'plan.key')
}

/**
 * The controller's key for plans, made on first use; its owner alone may read it. Throws E_PLAN_KEY.
 */
export const controllerMacs = (file: string): Macs => {
  const text = readKey(file) ?? makeKey(file)
  if (!new RegExp(`^[\\da-f]{${2 * BYTES}}\n$`).test(text))
    throw new UserError('E_PLAN_KEY', `"${file}" holds no key of ours`, {
      hint: 'remove it to have a new one made; plans made before cannot be applied then',
    })
  return new Macs(Buffer.from(text.trim(), 'hex'))
}

const readKey = (file: string): string | undefined => {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  if ((found.mode & 0o077) !== 0)
    throw new UserError('E_PLAN_KEY', `others than you may read the key of plans, "${file}"`, {
      hint: 'remove it to have a new one made; whoever has it can guess values from a plan',
    })
  return readFileSync(file, 'utf8')
}

/** Appears whole or not at all; of two that make it at the same time the first one's counts. */
const makeKey = (file: string): string => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const staged = `${file}.${randomBytes(6).toString('hex')}`
  const handle = openSync(staged, 'wx', 0o600)
  try {
    writeSync(handle, `${randomBytes(BYTES).toString('hex')}\n`)
    fsyncSync(handle)
    linkSync(staged, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    closeSync(handle)
    rmSync(staged)
  }
  return readFileSync(file, 'utf8')
}
