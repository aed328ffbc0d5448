import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isOpaque, type Change } from '../../src/core/change.ts'
import { UserError } from '../../src/core/error.ts'
import { ifKnown, Uncertain } from '../../src/core/uncertain.ts'
import { reaching } from '../../src/host/overlay.ts'
import { modules } from '../../src/modules/index.ts'
import { renderDiff } from '../../src/report/diff.ts'
import { Model, prepare, type Case } from './model.ts'

/** Modules without cases, each with the reason that docs/laws.md gives. */
const EXEMPT = new Set(
  [
    ...readFileSync(join(__dirname, '../../docs/laws.md'), 'utf8').matchAll(
      /^\| `(\w+)` +\| [^\s`]/gm,
    ),
  ].map(([, name]) => name),
)

/** Changes with nothing to show: a module, and how the change's summary begins. */
const SILENT = [
  ...readFileSync(join(__dirname, '../../docs/laws.md'), 'utf8').matchAll(
    /^\| `(\w+)` +\| `([^`]+)` +\| \S/gm,
  ),
].map(([, module, begin]) => [module, begin])

const casesOf = (name: string): readonly Case[] => {
  const file = join(__dirname, 'cases', `${name}.ts`)
  return existsSync(file) ? jest.requireActual<{ cases: readonly Case[] }>(file).cases : []
}

const withCases = [...modules.values()].map(module => ({
  name: module.name,
  module,
  cases: casesOf(module.name),
}))

const isElsewhere = ({ do: kind }: Change): boolean => kind === 'fetch' || kind === 'connection'

const isState = (change: Change): boolean => change.act === undefined

test.each(withCases)('$name has cases, or a reason in docs/laws.md', ({ name, cases }) => {
  expect(EXEMPT.has(name) ? 'exempt' : cases.length > 0).toBe(EXEMPT.has(name) ? 'exempt' : true)
  if (EXEMPT.has(name)) expect(cases).toHaveLength(0)
})

test('docs/laws.md names only modules that exist', () => {
  expect([...EXEMPT].filter(name => !modules.has(name ?? ''))).toEqual([])
})

describe.each(withCases.filter(({ cases }) => cases.length > 0))('$name', ({ module, cases }) => {
  test.each(cases)('$case', async ({ args, answers = [], earlier, controller, ...expected }) => {
    const want = await prepare(module, args, controller)
    const model = new Model(answers, earlier)
    const before = model.actual(module, want)
    const plan = () => module.plan(want, before)

    if (expected.error !== undefined) {
      expect(codeOf(plan)).toBe(expected.error)
      return
    }
    const changes = plan()
    expect(changes.length === 0).toBe(expected.converged === true)
    if (expected.changes !== undefined)
      expect(changes.map(({ summary }) => summary)).toEqual(expected.changes)
    expect(plan().map(({ summary }) => summary)).toEqual(changes.map(({ summary }) => summary))

    expect(changes.filter(isState).filter(showsNothing).flatMap(asSilent(module.name))).toEqual([])

    const asked = model.asked(module, want)
    const early = new Map(
      Object.entries(asked).map(([name, probe]) => {
        const read = (): unknown => probe && model.value(probe)
        return [name, { answer: ifKnown(read), shown: show(read) }]
      }),
    )
    for (const change of changes)
      if (change.act?.kind === 'proved by') {
        const now = model.value(change.act.probe)
        expect(change.act.holds(now, now)).not.toBe(true)
      }

    // Hosts go ahead of each other through tasks of modules that say nothing to the contrary.
    const crossing = Object.values(asked).filter(probe => probe?.kind.crossesMachines === true)
    if (module.crossesMachines === undefined)
      expect([...crossing, ...changes.filter(isOpaque), ...changes.filter(isElsewhere)]).toEqual([])

    const laid = model.lay(changes)
    if (expected.foreseen !== undefined)
      expect(laid.map(({ summary }) => summary)).toEqual(expected.foreseen)
    const after = model.actual(module, want)
    expect(
      module
        .plan(want, after)
        .filter(isState)
        .map(({ summary }) => summary),
    ).toEqual([])
    for (const [name, probe] of Object.entries(asked))
      if (probe !== undefined && show(() => model.value(probe)) !== early.get(name)?.shown) {
        const { answer } = early.get(name) ?? {}
        expect([name, laid.some(({ scope }) => reaching(scope)(probe, answer))]).toEqual([
          name,
          true,
        ])
      }
    const outcomes = laid.map(change => ({ change, output: undefined }))
    expect(module.result?.(want, before, after, outcomes) ?? {}).toBeInstanceOf(Object)
  })
})

const showsNothing = ({ diff }: Change): boolean => diff === undefined || renderDiff(diff) === ''

/** A change that docs/laws.md does not excuse from showing what it alters. */
const asSilent = (name: string) => (change: Change) =>
  SILENT.some(([module, begin = '']) => module === name && change.summary.startsWith(begin))
    ? []
    : change.summary

/** The code of the user's error that a plan ends in. */
const codeOf = (plan: () => unknown): string => {
  try {
    plan()
  } catch (error) {
    if (error instanceof UserError) return error.code
    throw error
  }
  return 'no error'
}

/** An answer as text, or that it cannot be known. */
const show = (read: () => unknown): string => {
  try {
    return JSON.stringify(read())
  } catch (error) {
    if (error instanceof Uncertain) return 'uncertain'
    throw error
  }
}
