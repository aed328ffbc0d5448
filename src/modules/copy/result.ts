import type { Outcome } from '../../core/change.ts'
import type { Result } from '../../core/module.ts'
import { checksumOf } from '../../probes/checksum.ts'
import type { Destination } from '../destination.ts'
import { attributesOf, lazily, together } from '../result.ts'

/** What Ansible's modules that write a file tell of it. */
export const fileResult = (
  { resolved, info, content }: Destination,
  outcomes: readonly Outcome[],
): Result => {
  const bytes = content?.bytes
  const sums: Result =
    bytes === undefined
      ? {}
      : lazily({
          checksum: () => checksumOf(bytes, 'sha1'),
          md5sum: () => checksumOf(bytes, 'md5'),
        })
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
