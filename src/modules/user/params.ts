import {
  alias,
  boolean,
  integer,
  list,
  number,
  oneOf,
  optional,
  secret,
  withDefault,
  type Want,
} from '../../core/schema.ts'
import { account, accountOrNone, field, path } from '../../core/shapes.ts'

/** The parameters of `user`, with Ansible's names and defaults. */
export const USER_PARAMS = {
  name: alias(account('Login name.'), 'user'),
  state: withDefault(oneOf(['present', 'absent'], 'Whether the account exists.'), 'present'),
  uid: optional(integer('Its number; left alone when omitted.')),
  non_unique: withDefault(boolean('Another account may have the number too.'), false),
  group: optional(account('Primary group, by name or number.')),
  groups: optional(
    list(accountOrNone('A group.'), 'Supplementary groups; an empty list for none.'),
  ),
  append: withDefault(boolean('Adds to the supplementary groups instead of setting them.'), false),
  comment: optional(field('Full name (GECOS).')),
  home: optional(field('Home directory.')),
  create_home: withDefault(
    alias(boolean('Makes the home directory where it is missing.'), 'createhome'),
    true,
  ),
  move_home: withDefault(boolean('Moves the home directory when `home` changes.'), false),
  skeleton: optional(path('Directory that a new home directory is copied from.')),
  shell: optional(field('Login shell; left alone when omitted.')),
  system: withDefault(boolean('A new account gets a number from the range for the system.'), false),
  password: optional(
    secret('Hash of the password, as `password_hash` makes it; `!` or `*` for none.'),
  ),
  update_password: withDefault(
    oneOf(['always', 'on_create'], 'Whether the password of an account that exists is changed.'),
    'always',
  ),
  password_lock: optional(boolean('Whether logging in by password is impossible.')),
  expires: optional(number('Seconds since 1970 when the account expires; negative for never.')),
  remove: withDefault(boolean('Removes the home directory and mail with the account.'), false),
  force: withDefault(boolean('Removes the account even while it is in use.'), false),
}

export type UserWant = Want<typeof USER_PARAMS>

const HASH = /^(!*\$[^:\n]+|[!*]+|[./0-9A-Za-z]{13}|_[./0-9A-Za-z]{19})$/

/** Rules over several parameters. */
export const checkUser = (want: Partial<UserWant>): string | undefined => {
  if (want.append === true && want.groups === undefined)
    return 'append needs groups to add the account to'
  if (want.password !== undefined && !HASH.test(want.password.reveal()))
    return 'password takes a hash and not the password itself: use the filter password_hash("sha512")'
  return undefined
}
