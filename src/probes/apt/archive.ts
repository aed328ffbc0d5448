import type { PathInfo } from '../path.ts'
import type { Frame } from '../frame.ts'

/** One path that a package's archive holds. */
export interface Member extends Pick<PathInfo, 'mode' | 'owner' | 'group' | 'size' | 'target'> {
  /** Absolute, as the archive has it: a link of the machine may lead it elsewhere. */
  readonly path: string
  /** `hard`: another name of the file at `target`. */
  readonly kind: PathInfo['kind'] | 'hard'
  /** Undefined for what was not read. */
  readonly bytes: Buffer | undefined
}

/** A package as its archive has it. */
export interface Archive {
  readonly name: string
  readonly version: string
  /** `all` where it fits every machine. */
  readonly architecture: string
  readonly members: readonly Member[]
  /** Control files by their names, such as `postinst`. */
  readonly control: ReadonlyMap<string, string>
}

// As `tar -tv` prints it: `-rw-r--r-- root/root 1234 2026-01-31 23:59 ./etc/name`.
const LINE = /^(.)(.{9})\s+([^/\s]+)\/(\S+)\s+(\d+(?:,\d+)?)\s+\S+\s+\S+ (.*)$/

const KINDS: Readonly<Record<string, Member['kind']>> = {
  '-': 'file',
  d: 'directory',
  l: 'link',
  h: 'hard',
}

/**
 * Reads the archives' frames, or the name of one that cannot be read; `isRead` tells of which
 * files the bytes were sent.
 */
export const readArchives = (
  frame: Frame,
  isRead: (path: string) => boolean,
): readonly Archive[] | string => {
  const listings = new Map<string, readonly Member[]>()
  for (let number = frame.text(); number !== ''; number = frame.text()) {
    if (number === 'bad') return frame.text()
    const members = frame.lines().flatMap(readMember)
    listings.set(number, withBytes(members, isRead, frame.take(frame.number())))
  }
  const controls = readControls(frame)
  return [...listings].map(([number, members]) => {
    const control = controls.get(number) ?? new Map<string, string>()
    const fields = control.get('control') ?? ''
    const field = (name: string): string =>
      new RegExp(`^${name}: (.*)$`, 'm').exec(fields)?.[1] ?? ''
    return {
      name: field('Package'),
      version: field('Version'),
      architecture: field('Architecture'),
      members,
      control,
    }
  })
}

/** Control files by archive and name. */
const readControls = (frame: Frame): Map<string, Map<string, string>> => {
  const found = new Map<string, Map<string, string>>()
  for (const line of frame.lines()) {
    const [, size = '', number = '', name = ''] = /^(\d+) (\d+)\/(.*)$/.exec(line) ?? []
    const files = found.get(number) ?? new Map<string, string>()
    found.set(number, files.set(name, frame.take(Number(size)).toString('utf8')))
  }
  return found
}

/** Files by name, each with its size: an empty name ends them. */
export const readFiles = (frame: Frame): Map<string, string> => {
  const files = new Map<string, string>()
  for (let name = frame.text(); name !== ''; name = frame.text())
    files.set(name, frame.take(frame.number()).toString('utf8'))
  return files
}

const readMember = (line: string): Member[] => {
  const match = LINE.exec(line)
  if (match === null) return []
  const [, type = '', bits = '', owner = '', group = '', size = '', rest = ''] = match
  const kind = KINDS[type] ?? 'other'
  const [named = '', led = ''] = kind === 'link' ? cut(rest, ' -> ') : cut(rest, ' link to ')
  const path = absolute(unescape(kind === 'link' || kind === 'hard' ? named : rest))
  const target = kind === 'hard' ? absolute(unescape(led)) : unescape(led)
  return [
    {
      path,
      kind,
      mode: modeOf(bits),
      owner,
      group,
      size: kind === 'file' ? Number(size) : 0,
      target: kind === 'link' || kind === 'hard' ? target : '',
      bytes: undefined,
    },
  ]
}

const cut = (text: string, at: string): string[] => {
  const index = text.indexOf(at)
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + at.length)]
}

const absolute = (name: string): string => {
  const trimmed = name.replace(/^\.?\/*/, '').replace(/\/+$/, '')
  return `/${trimmed}`
}

/** `rwxr-sr-t` as four octal digits. */
const modeOf = (bits: string): string => {
  const on = Array.from(bits, bit => (bit === '-' || bit === 'S' || bit === 'T' ? 0 : 1))
  const special = [bits[2], bits[5], bits[8]].map(bit => (/[sStT]/.test(bit ?? '') ? 1 : 0))
  const octal = (three: readonly number[]): number =>
    three.reduce((sum, bit, i) => sum + bit * (4 >> i), 0)
  const digits = [special, on.slice(0, 3), on.slice(3, 6), on.slice(6, 9)]
  return digits.map(octal).join('')
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, b: 8, f: 12, v: 11, a: 7 }

/** GNU tar's `escape` style: a backslash before octal digits or a letter. */
const unescape = (text: string): string => {
  if (!text.includes('\\')) return text
  const bytes: number[] = []
  for (const [part, octal, letter] of text.matchAll(/\\([0-7]{3})|\\(.)|[^\\]/gs)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8))
    else if (letter !== undefined) bytes.push(ESCAPES[letter] ?? letter.charCodeAt(0))
    else bytes.push(...Buffer.from(part))
  }
  return Buffer.from(bytes).toString('utf8')
}

const withBytes = (
  members: readonly Member[],
  isRead: (path: string) => boolean,
  bytes: Buffer,
): Member[] => {
  let at = 0
  return members.map(member => {
    if (member.kind !== 'file' || !isRead(member.path)) return member
    const from = at
    at += member.size
    return at > bytes.length ? member : { ...member, bytes: bytes.subarray(from, at) }
  })
}
