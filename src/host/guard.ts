import { setTimeout as wait } from 'node:timers/promises'
import type { Guard } from '../core/change.ts'
import { UserError } from '../core/error.ts'
import { constant, fed, lines, sh, type Words } from '../core/shell.ts'
import { HostLost, type As, type Machine, type Output, type Request } from '../core/wire.ts'
import { randomWord } from './greet.ts'

/** Seconds until the machine undoes the change by itself. */
const GUARD_SECONDS = 60

const FIRED = 76

// Looked at every second, so that nothing stays behind for long once it is disarmed. The rename
// decides between disarming and firing: only one of the two can win.
const WATCH = `n=0
while [ $n -lt "$1" ]; do sleep 1; n=$((n + 1)); [ -e armed ] || { rm -rf "$PWD"; exit 0; }; done
mv armed fired 2>/dev/null || { rm -rf "$PWD"; exit 0; }
sh ./undo >log 2>&1 </dev/null
echo $? >code.new
mv code.new code
`

/*
 * `save` and `undo` run in the guard's own directory. It outlives our shell, our session (systemd-run
 * escapes KillUserProcesses) and our death.
 */
const ARM = constant(`
umask 077
mkdir "$guard" && cd "$guard" || exit 1
trap 'cd /; rm -rf "$guard"' EXIT
trap 'exit 143' HUP INT TERM
cat >undo || exit 1
printf %s "$watch" >watch || exit 1
`)

const START = constant(`
: >armed || exit 1
trap - EXIT
if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null 2>&1; then
  systemd-run --quiet --collect --working-directory="$guard" sh ./watch "$seconds" && exit 0
fi
setsid sh ./watch "$seconds" </dev/null >/dev/null 2>&1 &`)

const DISARM = constant(`
cd "$guard" 2>/dev/null || { echo "the guard is gone"; exit 77; }
if mv armed disarmed 2>/dev/null; then cd /; rm -rf "$guard"; exit 0; fi
n=0
while [ ! -e code ] && [ $n -lt 30 ]; do sleep 1; n=$((n + 1)); done
read -r code <code || code=unknown
[ "$code" = 0 ] || { cat log; echo "the rollback ended with code $code"; }
cd /
rm -rf "$guard"
exit ${FIRED}`)

const directoryOf = (token: string): string => `/run/${token}`

/** Saves what is to be brought back, and starts the clock; `token` names the guard. */
const armRequest = (guard: Guard, token: string, seconds = GUARD_SECONDS): Request => ({
  script: fed(
    lines(
      sh`guard=${directoryOf(token)} seconds=${seconds} watch=${WATCH}`,
      ARM,
      // Not in a condition: there, the script's own `set -e` would mean nothing.
      sh`( ${guard.save} ) </dev/null
[ $? = 0 ] || exit 1`,
      START,
    ),
    guard.undo.text,
  ),
})

/** Stops the clock, or says (exit code 76) that the change was undone. Only for `knock`. */
const disarmWords = (token: string): Words => lines(sh`guard=${directoryOf(token)}`, DISARM)

/**
 * Carries out a change that can lock us out: arms, changes, and disarms over a new connection, or over
 * the one after it where the guard says so. When none can be made, waits until the machine has undone
 * the change, and throws E_LOCKED_OUT.
 */
export const guarded = async <T>(
  machine: Machine,
  as: As,
  guard: Guard,
  carryOut: () => Promise<T>,
  seconds = GUARD_SECONDS,
): Promise<T> => {
  const token = randomWord('provision-guard')
  await arm(machine, as, armRequest(guard, token, seconds))
  const until = performance.now() + seconds * 1000
  const attempt = await carryOut().then(
    value => ({ kind: 'done' as const, value }),
    (error: unknown) => ({ kind: 'failed' as const, error }),
  )
  const { output, lastError } = await knockUntil(machine, as, { guard, token, until })
  if (output?.code === 0) {
    // Where the change itself has cut the connection, it is not known how far it got.
    if (attempt.kind === 'failed') throw attempt.error
    return attempt.value
  }
  await machine.reset()
  throw lockedOut(machine.target, guard, output, lastError)
}

const arm = async (machine: Machine, as: As, request: Request): Promise<void> => {
  const [output] = await machine.run([request], as)
  if (output?.code === 0) return
  const said = output?.stderr.toString('utf8').trim() ?? ''
  throw new UserError('E_GUARD', `${machine.target}: the rollback cannot be prepared: ${said}`, {
    hint: 'nothing was changed; it needs a writable /run and the right to save what is there',
  })
}

/** Seconds that a machine has to come back after its rollback. */
const RECOVERY = 60

/** Milliseconds until the next knock: soon at first, since sshd listens again at once after a SIGHUP. */
const PAUSES = { first: 40, longest: 500 }

const knockUntil = async (
  machine: Machine,
  as: As,
  { guard, token, until }: { guard: Guard; token: string; until: number },
): Promise<{ output: Output | undefined; lastError: unknown }> => {
  let lastError: unknown
  let pause = PAUSES.first
  while (performance.now() < until + RECOVERY * 1000) {
    try {
      if (guard.secondTells) await machine.knock(sh`:`)
      return { output: await machine.knock(disarmWords(token), as), lastError }
    } catch (error) {
      if (!(error instanceof HostLost) && !(error instanceof UserError)) throw error
      lastError = error
      await wait(pause)
      pause = Math.min(2 * pause, PAUSES.longest)
    }
  }
  return { output: undefined, lastError }
}

const lockedOut = (
  target: string,
  guard: Guard,
  output: Output | undefined,
  cause: unknown,
): Error => {
  const found = cause instanceof Error ? ` (${cause.message})` : ''
  const hint = 'correct the task; a dry run shows what it would write'
  if (output === undefined)
    return new HostLost(
      'E_LOCKED_OUT',
      `${target}: ${guard.why}, and it did not come back${found}`,
      {
        hint: 'use its console',
        cause,
      },
    )
  const said = output.stdout.toString('utf8').trim()
  const undone =
    output.code === FIRED && said === ''
      ? 'the machine has undone the change'
      : `undoing the change went wrong: ${said || output.stderr.toString('utf8').trim()}`
  return new UserError('E_LOCKED_OUT', `${target}: ${guard.why}, and did${found}; ${undone}`, {
    hint,
    cause,
  })
}
