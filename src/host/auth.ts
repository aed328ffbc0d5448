import { readFileSync } from 'node:fs'
import type { AnyAuthMethod, KnownPublicKeys, ParsedKey } from 'ssh2'
import ssh2 from 'ssh2'
import type { Secret } from '../core/secret.ts'
import type { SshSettings } from './ssh-config.ts'

/** Ways to log in, in the order in which they are tried, and why some are not among them. */
export interface Credentials {
  readonly ways: readonly Way[]
  /** One line each, such as an encrypted key that nobody has unlocked. */
  readonly notes: readonly string[]
}

/** One way to log in. */
export interface Way {
  /** For messages. */
  readonly name: string
  readonly method: AnyAuthMethod
}

const { utils, OpenSSHAgent } = ssh2

/**
 * Collects agent, key files and password; a key that OpenSSH would not use is not used here. Such
 * small files are read without a thread, whose turn would come later than the file does.
 */
export const credentials = (settings: SshSettings, password: Secret | undefined): Credentials => {
  const { user: username, methods } = settings
  const ways: Way[] = []
  const notes: string[] = []
  if (methods.publickey) {
    const keys = settings.identityFiles.map(readKey)
    if (settings.agent !== undefined) {
      const only = settings.identitiesOnly
        ? keys.flatMap(({ publicKey }) => publicKey ?? [])
        : undefined
      const agent = new ChosenKeys(settings.agent, only)
      ways.push({ name: 'the agent', method: { type: 'agent', username, agent } })
    }
    for (const { file, text, problem } of keys) {
      if (problem !== undefined) notes.push(problem)
      if (text !== undefined)
        ways.push({ name: file, method: { type: 'publickey', username, key: text } })
    }
  }
  ways.push(...withPassword(settings, password?.reveal()))
  for (const file of settings.certificateFiles) notes.push(`the certificate ${file} cannot be used`)
  return { ways, notes }
}

const withPassword = ({ user: username, methods }: SshSettings, password?: string): Way[] => {
  if (password === undefined) return []
  const plain: Way = { name: 'password', method: { type: 'password', username, password } }
  const keyboard: Way = {
    name: 'keyboard-interactive',
    method: {
      type: 'keyboard-interactive',
      username,
      // Only one hidden question can be the password's; anything else stays unanswered.
      prompt(_name, _instructions, _language, prompts, finish) {
        const hidden = prompts.length === 1 && prompts[0]?.echo !== true
        finish(hidden ? [password] : prompts.map(() => ''))
      },
    },
  }
  return [...(methods.password ? [plain] : []), ...(methods.keyboard ? [keyboard] : [])]
}

interface KeyFile {
  readonly file: string
  readonly text?: string
  readonly publicKey?: Buffer | undefined
  readonly problem?: string
}

const readKey = (file: string): KeyFile => {
  const publicKey = readPublicKey(`${file}.pub`)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // OpenSSH names keys by default that need not be there.
    return code === 'ENOENT'
      ? { file, publicKey }
      : { file, publicKey, problem: `${file} cannot be read (${code ?? 'unknown'})` }
  }
  const key = utils.parseKey(text) as ParsedKey | ParsedKey[] | Error
  if (!(key instanceof Error)) {
    const [first] = Array.isArray(key) ? key : [key]
    // An agent can hold the private part of a file that has only the public one.
    return first?.isPrivateKey() === true
      ? { file, publicKey: first.getPublicSSH(), text }
      : { file, publicKey: first?.getPublicSSH() }
  }
  const locked = /encrypted|passphrase/i.test(key.message)
  const problem = locked
    ? `${file} is encrypted: unlock it with ssh-add ${file}`
    : `${file} is of a kind that cannot be used (${key.message})`
  return { file, publicKey, problem }
}

const readPublicKey = (file: string): Buffer | undefined => {
  try {
    const [, base64 = ''] = readFileSync(file, 'utf8').split(/\s+/)
    return Buffer.from(base64, 'base64')
  } catch {
    // Beside a key there need not be its public part; without it the key alone is tried.
    return undefined
  }
}

/** The agent, which with IdentitiesOnly offers nothing but the keys of the configured files. */
class ChosenKeys extends OpenSSHAgent {
  readonly #only: readonly Buffer[] | undefined

  constructor(socket: string, only: readonly Buffer[] | undefined) {
    super(socket)
    this.#only = only
  }

  override getIdentities(
    callback: (error: Error | null | undefined, keys?: KnownPublicKeys<ParsedKey>) => void,
  ): void {
    super.getIdentities((error, keys) => {
      const only = this.#only
      callback(error, only ? keys?.filter(key => only.some(one => one.equals(blob(key)))) : keys)
    })
  }
}

const blob = (key: KnownPublicKeys<ParsedKey>[number]): Buffer =>
  Buffer.isBuffer(key)
    ? key
    : 'getPublicSSH' in (key as object)
      ? (key as ParsedKey).getPublicSSH()
      : Buffer.alloc(0)
