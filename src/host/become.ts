import { UserError } from '../core/error.ts'
import type { BecomeSettings } from '../core/connection.ts'
import { quote } from '../core/shell.ts'
import type { Channel, Transport } from './channel.ts'
import { driverWords } from './driver.ts'
import { greet, randomWord, type Greeting, type NoGreeting } from './greet.ts'

/** An account's driver that is ready for requests. */
export interface Opened {
  readonly channel: Channel
  readonly greeting: Greeting
  /** LC_ALL was set by us, to read sudo's messages. */
  readonly ownLocale: boolean
}

interface Opening {
  readonly transport: Transport
  readonly become: BecomeSettings
  readonly seconds: number
  /** Counts what was waited for. */
  readonly waited: () => void
}

/** Starts the driver as the account that logged in. */
export const startDriver = (opening: Opening): Promise<Opened | NoGreeting> =>
  start(opening, words => words)

/** Starts the driver as another account; throws a UserError with a code E_BECOME_* when refused. */
export const startDriverAs = async (user: string, opening: Opening): Promise<Opened> => {
  const { method, password } = opening.become
  if (method === 'su') return becomeBySu(user, opening)
  const quiet = await start(opening, words => sudo(user, ['-n'], words))
  if ('greeting' in quiet) return quiet
  if (missing(quiet) && opening.transport.user === 'root') return becomeBySu(user, opening)
  if (!needsPassword(quiet) || password === undefined) throw refusal(user, 'sudo', quiet)
  const prompt = `[${randomWord('provision')}]`
  const prompted = { prompt, password: password.reveal() }
  const asked = await start(opening, words => sudo(user, ['-S', '-p', prompt], words), prompted)
  if ('greeting' in asked) return asked
  throw refusal(user, 'sudo', asked)
}

// Without a pty su cannot ask for a password in a way that can be told from other output.
const becomeBySu = async (user: string, opening: Opening): Promise<Opened> => {
  if (opening.transport.user !== 'root')
    throw new UserError(
      'E_BECOME_SU',
      `su cannot ask ${opening.transport.user} for a password here`,
      {
        hint: 'su works from root only, since it wants a terminal; use become_method: sudo',
      },
    )
  const started = await start(
    opening,
    words => `env LC_ALL=C su ${quote(user)} -s /bin/sh -c ${quoteAgain(`exec ${words}`)}`,
  )
  if ('greeting' in started) return started
  throw refusal(user, 'su', started)
}

const sudo = (user: string, options: readonly string[], words: string): string =>
  `env LC_ALL=C sudo ${options.map(quote).join(' ')} -H -u ${quote(user)} -- ${words}`

// Only for su: the account that logged in is root, whose shell takes newlines and quotes.
const quoteAgain = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`

const start = async (
  { transport, seconds, waited }: Opening,
  wrap: (words: string) => string,
  prompted?: { prompt: string; password: string },
): Promise<Opened | NoGreeting> => {
  const greeting = randomWord('provision')
  const words = wrap(driverWords(greeting))
  const channel = await transport.exec(words)
  const result = await greet(channel, { greeting, seconds, prompted })
  waited()
  if (prompted) waited()
  if ('said' in result) {
    channel.close()
    return result
  }
  return { channel, greeting: result, ownLocale: words.startsWith('env LC_ALL=C ') }
}

const missing = ({ ended, said }: NoGreeting): boolean =>
  ended?.code === 127 || /sudo['\u2019"]?: (not found|No such file)/.test(said)

const needsPassword = ({ said }: NoGreeting): boolean => said.includes('a password is required')

interface Refusal {
  readonly matches: (result: NoGreeting) => boolean
  readonly code: string
  readonly fact: (user: string) => string
  readonly hint: string
}

const says =
  (pattern: RegExp) =>
  ({ said }: NoGreeting): boolean =>
    pattern.test(said)

// The messages are those of sudo 1.8 and 1.9 under LC_ALL=C, of sudo-rs, and of util-linux's su.
const REFUSALS: readonly Refusal[] = [
  {
    matches: ({ asked }) => asked > 1,
    code: 'E_BECOME_PASSWORD',
    fact: user => `the password for becoming ${user} was refused`,
    hint: 'check ansible_become_password, or run with --ask-become-pass',
  },
  {
    matches: says(/must have a tty|terminal is required|a tty is required/),
    code: 'E_BECOME_TTY',
    fact: user => `sudo wants a terminal to become ${user}, which it never gets here`,
    hint: 'remove "requiretty" from the host\'s sudoers, or add "Defaults:ACCOUNT !requiretty"',
  },
  {
    matches: says(/not in the sudoers|is not allowed to|may not run sudo|I'm sorry/),
    code: 'E_BECOME_DENIED',
    fact: user => `sudoers does not allow becoming ${user}`,
    hint: 'allow it in the host\'s sudoers: "ACCOUNT ALL=(ALL) ALL", or log in as another account',
  },
  {
    matches: says(/unknown user|user .* does not exist|user .* not found/),
    code: 'E_BECOME_USER',
    fact: user => `the account ${user} does not exist on the host`,
    hint: 'create it in an earlier task, or correct become_user',
  },
  {
    matches: says(/a password is required|incorrect password|no password was provided/),
    code: 'E_BECOME_PASSWORD',
    fact: user => `sudo asks for a password to become ${user}`,
    hint: 'give it with --ask-become-pass or ansible_become_password, or allow NOPASSWD in sudoers',
  },
  {
    matches: missing,
    code: 'E_BECOME_MISSING',
    fact: user => `there is no sudo on the host to become ${user} with`,
    hint: 'install sudo, or log in as root',
  },
]

const refusal = (user: string, method: string, result: NoGreeting): UserError => {
  const known = REFUSALS.find(({ matches }) => matches(result))
  const { said, ended } = result
  const what = said === '' ? (ended ? 'no message' : 'silence') : JSON.stringify(said)
  if (known) return new UserError(known.code, known.fact(user), { hint: known.hint, cause: what })
  return new UserError('E_BECOME', `${method} did not open a shell as ${user}: ${what}`, {
    hint: `try it by hand on the host: ${method} as ${user}`,
  })
}
