import { didYouMeanOr, nearest } from '../../src/core/nearest.ts'

test.each([
  { case: 'a letter too few', word: 'shel', candidates: ['name', 'shell'], found: 'shell' },
  { case: 'a letter too many', word: 'statee', candidates: ['state'], found: 'state' },
  { case: 'two letters swapped', word: 'nmae', candidates: ['mode', 'name'], found: 'name' },
  { case: 'another case', word: 'NAME', candidates: ['name'], found: 'name' },
  {
    case: 'the nearest of several',
    word: 'resart',
    candidates: ['reset', 'restart'],
    found: 'restart',
  },
  { case: 'the first of equally near ones', word: 'abx', candidates: ['aby', 'abz'], found: 'aby' },
  { case: 'nothing near', word: 'shell', candidates: ['name'], found: undefined },
  { case: 'a short word', word: 'c', candidates: ['a', 'b'], found: undefined },
  { case: 'the word itself', word: 'name', candidates: ['name'], found: undefined },
  { case: 'no candidates', word: 'name', candidates: [], found: undefined },
])('$case', ({ word, candidates, found }) => {
  expect(nearest(word, candidates)).toBe(found)
})

test('what is known is listed when nothing is near', () => {
  expect(didYouMeanOr('shel', ['shell'], 'known')).toBe('did you mean "shell"?')
  expect(didYouMeanOr('x', ['b', 'a'], 'known')).toBe('known: a, b')
  expect(didYouMeanOr('x', [], 'handlers')).toBe('there are no handlers')
})
