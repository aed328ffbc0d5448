import type { Stage } from './lines.ts'

/** A task that is over sooner than this never gets a spinner. */
const PATIENCE_MS = 80

/** Animates the task that is going on with listr2, which is loaded when the first one lasts. */
export const terminalStage = (): Stage => ({
  async show(view, over) {
    if (await isOverSoon(over)) return
    const { Listr } = await import('listr2')
    const list = new Listr(
      [
        {
          title: view.title,
          task: async (_, task): Promise<void> => {
            const timer = setInterval(() => {
              task.title = view.progress
            }, PATIENCE_MS)
            await over
            clearInterval(timer)
          },
        },
      ],
      { rendererOptions: { clearOutput: true }, registerSignalListeners: false },
    )
    await list.run()
  },
})

const isOverSoon = async (over: Promise<void>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<false>(resolve => {
    timer = setTimeout(resolve, PATIENCE_MS, false)
  })
  const soon = await Promise.race([over.then(() => true as const), patience])
  clearTimeout(timer)
  return soon
}
