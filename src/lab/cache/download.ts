import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { NotFound } from './store.ts'

const execute = promisify(execFile)

// The machine's own apt downloads, so that its proxies, certificates and passwords are used without
// our knowing about them. Our folder is root's, which apt's unprivileged user may not enter.
const HELPER = '/usr/lib/apt/apt-helper'
const OPTIONS = ['-o', 'APT::Sandbox::User=root', 'download-file']

/** Downloads a file with apt's own means. */
export const aptDownload = async (url: string, file: string): Promise<void> => {
  try {
    await execute(HELPER, [...OPTIONS, url, file], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string }
    // apt-helper exits 100 for whatever went wrong; only its words tell.
    if (/ 404 /.test(stderr)) throw new NotFound(url, { cause })
    throw new Error(stderr.trim() || String(cause), { cause })
  }
}
