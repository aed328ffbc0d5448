import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Before the first test of a project: its temporary files have a directory of their own. */
export default (): void => {
  const directory = mkdtempSync(join(tmpdir(), 'pt-'))
  // Tests that become other accounts go through it.
  chmodSync(directory, 0o755)
  process.env.TMPDIR = process.env.PROVISION_TEST_FILES = directory
}
