import { spawnSync } from 'node:child_process'
import {
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Change } from '../../src/core/change.ts'
import { wholeOf } from '../../src/core/wire.ts'
import { putRequests } from '../../src/host/index.ts'
import type { Shell } from '../probes/shells.ts'

/** What the owner of a directory does to it, with the moment: before which tool that we start. */
export interface Strike {
  /** Shell text; `$home` is the directory, `$victim` another one that is not to be touched. */
  readonly words: string
  /** 0: before the script begins; n: before its nth tool. */
  readonly moment: number
}

/** What came of a script. */
export interface Struck {
  readonly code: number
  readonly said: string
  /** The tools that it started, in order. */
  readonly tools: readonly string[]
}

const TOOLS =
  'cat chgrp chmod chown cp ln mkdir mktemp mv readlink rm rmdir sha256sum stat sync touch'.split(
    ' ',
  )

/**
 * A directory whose owner is hostile, and always in time: before any tool that a script starts, the
 * owner can strike.
 */
export class Hostile {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'hostile-')))
  readonly home = join(this.root, 'home')
  readonly victim = join(this.root, 'victim')
  /** A directory of our own. */
  readonly aside = join(this.root, 'aside')
  readonly #state = join(this.root, 'state')

  /** Makes both directories anew. */
  prepare(fill: (directory: string) => void): void {
    // Also what the owner has moved away: a second strike would move into it, and fail.
    for (const name of readdirSync(this.root)) rmSync(join(this.root, name), { recursive: true })
    for (const directory of [this.home, this.victim, this.aside, this.#state]) mkdirSync(directory)
    fill(this.home)
    fill(this.victim)
    if (process.getuid?.() === 0) chownSync(this.home, 65534, 65534)
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  /** Carries the changes out, one after the other, until one fails; a broken tool fails always. */
  async carryOut(
    { changes, broken = '' }: { changes: readonly Change[]; broken?: string | undefined },
    shell: Shell,
    strike?: Strike,
  ): Promise<Struck> {
    const { home, victim } = this
    const strikes = { strike: strike?.words, moment: String(strike?.moment ?? -1), broken }
    const env = { home, victim, ...strikes, state: this.#state, LC_ALL: 'C', HOME: '/' }
    writeFileSync(join(this.#state, 'tools'), '')
    if (strike?.moment === 0)
      spawnSync('sh', ['-c', strike.words], { env: { ...env, PATH: process.env['PATH'] } })
    let [code, said] = [0, '']
    for (const change of changes) {
      const [script, input] = await scriptOf(change)
      const { status, stderr } = spawnSync(
        'env',
        [`PATH=${shell.path}`, ...shell.command, '-c', `${PRELUDE}${script}`],
        { input, env, cwd: '/' },
      )
      ;[code, said] = [status ?? -1, stderr.toString().trim()]
      if (code !== 0) break
    }
    const tools = readFileSync(join(this.#state, 'tools'), 'utf8').trim().split('\n')
    return { code, said, tools }
  }
}

/* Functions in place of the tools: no more processes than the script itself starts. */
const PRELUDE = `
struck() {
  echo "$1" >>"$state/tools"
  count=0
  while read -r _; do count=$((count + 1)); done <"$state/tools"
  [ $count != "$moment" ] || PATH=/usr/bin:/bin sh -c "$strike" >/dev/null 2>&1
  [ "$1" != "$broken" ]
}
${TOOLS.map(tool => `${tool}() { struck ${tool} || return; command ${tool} "$@"; }`).join('\n')}
`

const scriptOf = async (change: Change): Promise<[string, Buffer]> => {
  if (change.do === 'run') return [change.script.text, change.script.input ?? Buffer.alloc(0)]
  if (change.do !== 'put') throw new Error(`${change.do} is nothing that a script does`)
  const [request] = putRequests(change)
  return [request?.script.text ?? '', await wholeOf(change.source)]
}

/** All that can be seen of a directory, one line for each entry; no link is followed. */
export const seen = (directory: string, name = '.'): readonly string[] => {
  const path = join(directory, name)
  const found = lstatSync(path)
  const below = found.isDirectory() ? readdirSync(path).sort() : []
  const holds = found.isFile()
    ? `${found.mtimeMs} ${readFileSync(path, 'utf8')}`
    : found.isSymbolicLink()
      ? readlinkSync(path)
      : ''
  const own = [name, found.mode.toString(8), found.uid, found.gid, holds].join(' ')
  return [own, ...below.flatMap(entry => seen(directory, join(name, entry)))]
}
