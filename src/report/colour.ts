import { styleText } from 'node:util'
import type { Status } from '../core/event.ts'

/** Colours a text, or leaves it as it is where nobody would see the colour. */
export type Paint = (colour: Parameters<typeof styleText>[0], text: string) => string

/** Colour where the stream is a terminal that wants it; `NO_COLOR` and `FORCE_COLOR` as usual. */
export const paintFor = (stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint => {
  const wanted =
    env['FORCE_COLOR'] !== undefined
      ? env['FORCE_COLOR'] !== '0'
      : stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return wanted ? (colour, text) => styleText(colour, text) : (_, text) => text
}

const COLOURS: Readonly<Record<Status, Parameters<typeof styleText>[0]>> = {
  ok: 'green',
  changed: 'yellow',
  maybe: 'magenta',
  skipped: 'cyan',
  failed: 'red',
  unreachable: 'red',
}

export const paintStatus = (paint: Paint, status: Status, text: string = status): string =>
  paint(COLOURS[status], text)
