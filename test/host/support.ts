import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Output, Source } from '../../src/core/wire.ts'
import { localTransport } from '../../src/host/local.ts'
import { ConnectedMachine } from '../../src/host/machine.ts'

/** The account that logged in. */
export const LOGIN = { user: undefined }

/** A directory that is removed after the tests, and after what is to be done before that. */
export const scratch = (before: () => Promise<void> = () => Promise.resolve()): string => {
  const directory = mkdtempSync(join(tmpdir(), 'provision-test-'))
  afterAll(async () => {
    try {
      await before()
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
  return directory
}

/** This machine with another `sh`, and for busybox its own tools; temporary files below `base`. */
export const machineWith = (
  base: string,
  shell: string,
  extra: Readonly<Record<string, string>> = {},
): ConnectedMachine => {
  const bin = join(base, `bin-${shell}`)
  mkdirSync(bin, { recursive: true })
  const names =
    shell === 'busybox' ? execFileSync('busybox', ['--list'], { encoding: 'utf8' }) : 'sh'
  const path = execFileSync('sh', ['-c', `command -v ${shell}`], { encoding: 'utf8' }).trim()
  for (const name of names.trim().split('\n'))
    if (!readdirSync(bin).includes(name)) symlinkSync(path, join(bin, name))
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    TMPDIR: base,
    ...extra,
  }
  return new ConnectedMachine({
    target: shell,
    become: { method: 'sudo', password: undefined },
    timeout: 10,
    open: () => Promise.resolve(localTransport('sh', env)),
  })
}

/** An output as text. */
export const text = ({
  code,
  stdout,
  stderr,
}: Output): { code: number; out: string; err: string } => ({
  code,
  out: stdout.toString(),
  err: stderr.toString(),
})

/** A source in memory, in pieces that lie at the same place one after the other. */
export const sourceOf = (bytes: Buffer): Source => ({
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  open: () => pieces(bytes),
})

const pieces = function* (bytes: Buffer): Generator<Buffer> {
  const piece = Buffer.alloc(65536)
  for (let at = 0; at < bytes.length; at += piece.length)
    yield piece.subarray(0, bytes.copy(piece, 0, at))
}

/** For a property of an error: a text with `part` in it. */
export const containing = (part: string): unknown => expect.stringContaining(part)
