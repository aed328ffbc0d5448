import { cpus, totalmem } from 'node:os'
import { median, ratio, type Turns } from './timing.ts'

/** What a target asks for, what was measured, and whether it is met; `undefined`: not measured. */
export interface Verdict {
  readonly target: string
  readonly measured: string
  readonly met: boolean | undefined
}

/** What one case came to. */
export interface Section {
  readonly title: string
  /** What is done, in a sentence or two. */
  readonly about: string
  readonly tables: readonly { readonly heading: string; readonly turns: Turns }[]
  readonly verdicts: readonly Verdict[]
}

/** A verdict on a number that must be at most, or at least, what the target says. */
export const verdict = (
  target: string,
  {
    value,
    limit,
    least = false,
    unit,
  }: { value: number; limit: number; least?: boolean; unit: string },
): Verdict => ({
  target,
  measured: `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`,
  met: least ? value >= limit : value <= limit,
})

export const unmeasured = (target: string): Verdict => ({
  target,
  measured: 'not measured',
  met: undefined,
})

export interface Machine {
  readonly versions: readonly string[]
  readonly made: Date
  readonly rounds: number
}

/** `bench/RESULTS.md`. */
export const results = (
  sections: readonly Section[],
  { versions, made, rounds }: Machine,
): string =>
  [
    '# Results of `npm run bench`',
    '',
    `Made ${made.toISOString().slice(0, 10)} on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? '?'}), ${Math.round(totalmem() / 2 ** 30)} GiB; ${rounds} rounds, all contenders in turns within a round. Median, and least to most, in seconds; memory is the most that a command's own process held. A ratio is the median of the ratios within the rounds.`,
    '',
    `Versions: ${versions.join(', ')}.`,
    ...sections.flatMap(sectionLines),
    '',
  ].join('\n')

const sectionLines = ({ title, about, tables, verdicts }: Section): readonly string[] => [
  '',
  `## ${title}`,
  '',
  about,
  ...tables.flatMap(({ heading, turns }) => tableLines(heading, turns)),
  '',
  '| target | measured | met |',
  '| --- | --- | --- |',
  ...verdicts.map(({ target, measured, met }) => `| ${target} | ${measured} | ${word(met)} |`),
]

const word = (met: boolean | undefined): string =>
  met === undefined ? '–' : met ? 'yes' : '**no**'

const tableLines = (heading: string, turns: Turns): readonly string[] => [
  '',
  `| ${heading} | median | least to most | provision is … times as fast | MiB |`,
  '| --- | ---: | ---: | ---: | ---: |',
  ...[...turns].map(([name, all]) => {
    const seconds = all.map(turn => turn.seconds)
    const [least, most] = [Math.min(...seconds), Math.max(...seconds)].map(s => s.toFixed(2))
    const faster = turns.has('provision') ? ratio(turns, name, 'provision').toFixed(2) : ''
    const memory = median(all.map(turn => turn.mebibytes)).toFixed(0)
    return `| ${name} | ${median(seconds).toFixed(2)} | ${least} to ${most} | ${faster} | ${memory} |`
  }),
]
