import { fetchedOnce } from '../../src/engine/together/once.ts'

/** Numbers from 0 on, and how many of them were fetched. */
const counting = (end = Infinity) => {
  const counted = { value: 0, starts: 0 }
  const source = async function* () {
    counted.starts++
    while (counted.value < end) yield await Promise.resolve(counted.value++)
  }
  return { counted, source }
}

const firstOf = async (values: AsyncIterable<number>, count: number): Promise<number[]> => {
  const first: number[] = []
  for await (const value of values) {
    first.push(value)
    if (first.length === count) break
  }
  return first
}

test('what was looked at is not fetched again, and no more than is looked at', async () => {
  const { counted, source } = counting()
  const walk = fetchedOnce(source)
  expect(counted.starts).toBe(0)
  expect(await firstOf(walk(), 3)).toEqual([0, 1, 2])
  expect(await firstOf(walk(), 2)).toEqual([0, 1])
  expect(counted.value).toBe(3)
  expect(await firstOf(walk(), 5)).toEqual([0, 1, 2, 3, 4])
  expect(counted).toEqual({ value: 5, starts: 1 })
})

test('walks side by side see the same, to the end', async () => {
  const { counted, source } = counting(4)
  const walk = fetchedOnce(source)
  const all = await Promise.all([firstOf(walk(), 9), firstOf(walk(), 9)])
  expect(all).toEqual([
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ])
  expect(counted).toEqual({ value: 4, starts: 1 })
})

test('an error of the source reaches each walk', async () => {
  const walk = fetchedOnce(async function* () {
    yield await Promise.resolve(1)
    throw new Error('no more')
  })
  await expect(firstOf(walk(), 9)).rejects.toThrow('no more')
  await expect(firstOf(walk(), 9)).rejects.toThrow('no more')
})
