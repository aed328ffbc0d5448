// The site on virtual machines, from nothing to nothing; docs/testing.md says when this is run.
import { LOG } from './command.ts'
import { say, Steps } from './steps.ts'
import { story } from './story.ts'

// Ctrl-C reaches what we run, too: it ends, our step fails, and what was made is removed.
process.on('SIGINT', () => {
  say('interrupted: what was made is removed')
})

const steps = new Steps()
try {
  await story(steps, process.argv.includes('--keep'))
} catch (error) {
  process.exitCode = 1
  process.stderr.write(
    `\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
}
process.stdout.write(
  `\n${steps.table()}\n\n${process.exitCode === 1 ? 'failed' : 'passed'}; ${LOG} has all that was said\n`,
)
