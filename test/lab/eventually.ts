/** Asks again until the answer is as wanted, for so many seconds. */
export const eventually = async <T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  seconds = 60,
): Promise<T> => {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (isWanted(answer) || Date.now() > end) return answer
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}
