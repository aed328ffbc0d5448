import { UserError } from '../core/error.ts'

/*
 * OpenSSH hands the names of host and account to shells, by `Match exec` and by ProxyCommand, and
 * refuses what these would take for more than a name. Names can come from anywhere: `add_host` takes
 * what other hosts have said.
 */
const NO_HOST = /^-|[\s\p{Cc}'"`$\\/;&<>|(){}]/u
const NO_USER = /^-|[\p{Cc}'"`;&<>|(){}]|\s-|\\$/u

/** Throws E_HOST_NAME or E_USER_NAME for what cannot be the name of a host or an account. */
export const checkNames = (host: string, user: string | undefined): void => {
  if (host === '' || NO_HOST.test(host))
    throw new UserError('E_HOST_NAME', `${JSON.stringify(host)} cannot be a host's name`)
  if (user !== undefined && NO_USER.test(user))
    throw new UserError('E_USER_NAME', `${JSON.stringify(user)} cannot be an account's name`)
}

/** What no shell takes for anything but itself, in quotes and without. */
const PLAIN = /^[\p{L}\p{N}_.:%@+,][\p{L}\p{N}_.:%@+,=-]*$/u

/** Throws E_SSH_CONFIG where a command would hand a shell more than a plain name. */
export const checkTokens = (
  command: string,
  { host, user }: { host: string; user: string },
): void => {
  const names = { '%h': host, '%r': user }
  for (const [token, name] of Object.entries(names))
    if (command.includes(token) && !PLAIN.test(name))
      throw new UserError(
        'E_SSH_CONFIG',
        `ProxyCommand hands ${JSON.stringify(name)} to a shell, which takes it for more than a name`,
        { hint: `correct the name, or leave ${token} out of the command` },
      )
}
