import { becomes, unaffected, type Effect } from '../../src/core/change.ts'
import { answer, probeOf, type Known, type Probe } from '../../src/core/probe.ts'
import { constant } from '../../src/core/shell.ts'
import { Uncertain } from '../../src/core/uncertain.ts'
import type { Machine, Output } from '../../src/core/wire.ts'
import { Overlay } from '../../src/host/overlay.ts'
import { MachineState } from '../../src/host/state.ts'

const kind = {
  name: 'word',
  ask: () => constant(':'),
  read: (_: Output, questions: readonly string[]) => questions.map(question => answer(question)),
  dependsOn: () => [],
}
const word = probeOf<string, string>(kind)
/** Answers in capitals once there are capitals. */
const loud = probeOf<string, string>({
  ...kind,
  name: 'loud word',
  follows: {
    from: () => [word('capitals')],
    answer: (_, today, known) =>
      known(word('capitals')) === 'yes' ? (today ?? '').toUpperCase() : today,
  },
})

const looks: Effect = {
  kind: 'rule',
  apply(_, before) {
    before()
    return unaffected
  },
}

test('an answer is found out once, however many effects look at it', () => {
  const overlay = new Overlay()
  overlay.lay(Array.from({ length: 18 }, () => looks))
  const actual = jest.fn(() => 'x')
  expect(overlay.value(word('a'), actual)).toBe('x')
  expect(actual).toHaveBeenCalledTimes(1)
})

test('an answer that cannot be known stays so for every effect', () => {
  const overlay = new Overlay()
  overlay.lay(Array.from({ length: 18 }, () => looks))
  const actual = jest.fn(() => {
    throw new Uncertain('nobody knows')
  })
  expect(() => overlay.value(word('a'), actual)).toThrow('nobody knows')
  expect(actual).toHaveBeenCalledTimes(1)
})

test('a rule sees what other questions are answered once all effects are true', () => {
  const overlay = new Overlay()
  const follows: Effect = {
    kind: 'rule',
    apply: (probe, _, known) => (probe.key === word('a').key ? known(word('b')) : unaffected),
  }
  overlay.lay([follows, becomes(word('b'), 'later')])
  const known: Known = <A>(probe: Probe<A>) => overlay.value(probe, () => 'today') as A
  expect(overlay.value(word('a'), () => 'today', known)).toBe('later')
})

describe('what effects have made of an answer', () => {
  const added = (letter: string) =>
    jest.fn((_: unknown, before: () => unknown) => `${String(before())}${letter}`)

  test('is known the next time: effects that are laid later build on it', () => {
    const overlay = new Overlay()
    const [first, second] = [added('1'), added('2')]
    overlay.lay([{ kind: 'rule', apply: first }])
    expect(overlay.value(word('a'), () => 'x')).toBe('x1')
    overlay.lay([{ kind: 'rule', apply: second }])
    expect(overlay.value(word('a'), () => 'x')).toBe('x12')
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1])
  })

  test('is found out anew where the machine answers something else', () => {
    const overlay = new Overlay()
    overlay.lay([{ kind: 'rule', apply: added('1') }])
    expect(overlay.value(word('a'), () => 'x')).toBe('x1')
    expect(overlay.value(word('a'), () => 'y')).toBe('y1')
    expect(overlay.value(word('b'), () => 'x')).toBe('x1')
  })

  test('is found out anew where an effect asks for other answers', () => {
    const overlay = new Overlay()
    const follows: Effect = {
      kind: 'rule',
      apply: (probe, _, known) => (probe.key === word('a').key ? known(word('b')) : unaffected),
    }
    const known: Known = <A>(probe: Probe<A>) => overlay.value(probe, () => 'today') as A
    overlay.lay([follows])
    expect(overlay.value(word('a'), () => 'today', known)).toBe('today')
    overlay.lay([becomes(word('b'), 'later')])
    expect(overlay.value(word('a'), () => 'today', known)).toBe('later')
  })
})

describe('a question whose answer follows from another', () => {
  const as = { user: undefined }
  const asked: string[] = []
  const state = (): MachineState =>
    new MachineState({
      run: (requests: readonly unknown[]) => {
        asked.push(`${requests.length}`)
        return Promise.resolve(requests.map(() => ({ code: 0, timedOut: false })))
      },
    } as unknown as Machine)
  beforeEach(() => asked.splice(0))

  test('is asked alone in a real run', async () => {
    const real = state()
    await real.ask([{ probe: loud('a'), as }], [])
    expect(asked).toEqual(['1'])
    expect(real.value({ probe: loud('a'), as })).toBe('a')
  })

  test('is asked with it where a dry run has modelled changes, also when its own answer is known', async () => {
    const dry = state()
    await dry.ask([{ probe: loud('a'), as }], [])
    dry.lay([becomes(word('other'), 'x')])
    expect(dry.has({ probe: loud('a'), as })).toBe(false)
    await dry.ask([{ probe: loud('a'), as }], [])
    expect(asked).toEqual(['1', '1'])
    expect(dry.value({ probe: loud('a'), as })).toBe('a')
  })

  test('takes the modelled answer of the other', async () => {
    const dry = state()
    dry.lay([becomes(word('capitals'), 'yes')])
    await dry.ask([{ probe: loud('a'), as }], [])
    expect(dry.value({ probe: loud('a'), as })).toBe('A')
  })
})
