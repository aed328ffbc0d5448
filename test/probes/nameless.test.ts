import { account, type Probe } from '../../src/core/probe.ts'
import { Uncertain } from '../../src/core/uncertain.ts'
import { Overlay, reaching } from '../../src/host/overlay.ts'
import { numberGiven } from '../../src/probes/effects.ts'
import { path, type PathInfo } from '../../src/probes/path.ts'
import { tree, type TreeInfo } from '../../src/probes/tree.ts'
import { info } from '../modules/model.ts'

const OLD = { ...info({ owner: '997', uid: 997 }), path: 'old' }
const NAMED = { ...info({ owner: 'app', uid: 996 }), path: 'named' }
const NEW_ACCOUNT = [account('*')]

test.each([
  { case: 'a path of a nameless number', probe: path('/x'), answer: OLD, stale: true },
  { case: 'a path of an account', probe: path('/x'), answer: NAMED, stale: false },
  { case: 'a path where nothing is', probe: path('/x'), answer: null, stale: false },
  { case: 'a tree that holds one', probe: tree('/'), answer: [NAMED, OLD], stale: true },
  { case: 'a tree that holds none', probe: tree('/'), answer: [NAMED], stale: false },
])('$case is read again after an account was made: $stale', ({ probe, answer, stale }) => {
  expect(reaching(NEW_ACCOUNT)(probe, answer)).toBe(stale)
})

/** Owners after the account `late` was made; undefined where nobody can tell. */
const ownersAfter = (number: number | undefined): (string | undefined)[] => {
  const overlay = new Overlay()
  overlay.lay(numberGiven('owner', 'late', number))
  const value = (probe: Probe<unknown>, today: unknown) => overlay.value(probe, () => today)
  const infos = [
    value(path('/old'), OLD) as PathInfo,
    value(path('/named'), NAMED) as PathInfo,
    ...(value(tree('/'), [OLD, NAMED]) as TreeInfo[]),
  ]
  return infos.map(found => {
    try {
      return found.owner
    } catch (error) {
      if (error instanceof Uncertain) return undefined
      throw error
    }
  })
}

test.each([
  { number: undefined, owners: [undefined, 'app', undefined, 'app'] },
  { number: 997, owners: ['late', 'app', 'late', 'app'] },
  { number: 995, owners: ['997', 'app', '997', 'app'] },
])('a new account of number $number lends its name to files', ({ number, owners }) => {
  expect(ownersAfter(number)).toEqual(owners)
})
