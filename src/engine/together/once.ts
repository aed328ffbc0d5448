/** A way through the source's values that fetches each once, however often and far it is gone. */
export const fetchedOnce = <T>(source: () => AsyncIterable<T>): (() => AsyncIterable<T>) => {
  const fetched: Promise<IteratorResult<T, unknown>>[] = []
  let iterator: AsyncIterator<T, unknown> | undefined
  return async function* () {
    for (let i = 0; ; i++) {
      iterator ??= source()[Symbol.asyncIterator]()
      const next = await (fetched[i] ??= iterator.next())
      if (next.done === true) return
      yield next.value
    }
  }
}
