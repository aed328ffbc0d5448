import type { Outcome } from '../../core/change.ts'
import type { Result } from '../../core/module.ts'
import { checksumOf } from '../../probes/checksum.ts'
import { hasBytes } from '../../probes/content.ts'
import type { Destination } from '../destination.ts'
import { attributesOf, lazily, together } from '../result.ts'

/** What Ansible's modules that write a file tell of it. */
export const fileResult = (
  { resolved, info, content }: Destination,
  outcomes: readonly Outcome[],
): Result => {
  const sum = (algorithm: 'sha1' | 'md5') => (): string =>
    checksumOf(content?.bytes ?? Buffer.alloc(0), algorithm)
  const sums: Result =
    content === null || !hasBytes(content)
      ? {}
      : lazily({ checksum: sum('sha1'), md5sum: sum('md5') })
  const where = { dest: resolved?.path, path: resolved?.path }
  return together(where, attributesOf(info), sums, backupResult(outcomes))
}

/** Where the old file was kept. */
export const backupResult = (outcomes: readonly Outcome[]): Result => {
  const backup = outcomes
    .map(({ change }) => (change.do === 'put' ? change.backup : undefined))
    .find(name => name !== undefined)
  return backup === undefined ? {} : { backup_file: backup, backup }
}
