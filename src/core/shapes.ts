import { shaped, shapedPath, type Param, type Shape } from './schema.ts'

/*
 * What a text may look like that a module puts into a line of a file, into a name or into a path.
 * Values are often templates over what others gave: one more line is one more job, key or account,
 * a slash another directory, and a dash in front an option.
 */

type Shaped = (description: string) => Param<string>

const of =
  (pattern: string, title: string): Shaped =>
  description =>
    shaped({ pattern, title }, description)

/** The shape of one line. */
export const LINE: Shape = { pattern: String.raw`^[^\0\n\r]*$`, title: 'one line of text' }

/** One line: no line break and no NUL. */
export const line: Shaped = description => shaped(LINE, description)

/** A path, absolute or not: any text but NUL. It is never written into a line. */
export const path: Shaped = description =>
  shapedPath({ pattern: String.raw`^[^\0]*$`, title: 'a path' }, description)

/** A beginning or an end of a file's name. */
export const fileNamePart: Shaped = of(String.raw`^[^/\0\n\r]*$`, 'part of the name of a file')

const ACCOUNT = String.raw`(?!-)(?!\.{1,2}$)[^:/,\0\n\r]+`

/** The name or number of an account or a group: a field of passwd(5), a word of a command line. */
export const account: Shaped = of(`^${ACCOUNT}$`, 'the name or number of an account or group')

/** The same, or nothing. */
export const accountOrNone: Shaped = of(
  `^(?:${ACCOUNT})?$`,
  'the name or number of an account or group, or nothing',
)

/** A field of passwd(5): one line without a colon. */
export const field: Shaped = of(String.raw`^[^:\0\n\r]*$`, 'one line of text without a colon')

/** A name or an address of a host, as a word of a command line. */
export const host: Shaped = of(String.raw`^(?!-)[^\s/,\0]+$`, 'the name or address of a host')

/** A name of the modules' own kind. */
export const shapeOf = of
