import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { promisify } from 'node:util'
import { NotFound, type Download } from './store.ts'

const execute = promisify(execFile)

/** A file to be fetched, and whoever waits for it. */
interface Job {
  readonly url: string
  readonly file: string
  readonly done: () => void
  readonly failed: (error: Error) => void
}

/** The words of apt-helper about what it could not fetch; '' when all went well. */
type Fetch = (jobs: readonly Pick<Job, 'url' | 'file'>[]) => Promise<string>

// A command line has room for more, but then the first file would wait for the last.
const BATCH = 30

/**
 * Downloads with apt's own means, one call at a time, which takes along all that was asked for
 * meanwhile: one connection and one name lookup for many small files.
 */
export const aptDownloads = (fetch: Fetch = aptHelper): Download => {
  const waiting: Job[] = []
  let working = false

  const work = async (): Promise<void> => {
    working = true
    while (waiting.length > 0) await settle(waiting.splice(0, BATCH), fetch)
    working = false
  }

  return (url, file) =>
    new Promise((done, failed) => {
      waiting.push({ url, file, done, failed })
      if (!working) void work()
    })
}

const settle = async (jobs: readonly Job[], fetch: Fetch): Promise<void> => {
  try {
    const complaints = (await fetch(jobs)).split('\n').filter(line => line.includes('Failed to'))
    for (const job of jobs) {
      const complaint = complaints.find(line => line.includes(job.url))
      if (complaint !== undefined) job.failed(errorOf(complaint))
      else await access(job.file).then(job.done, job.failed)
    }
  } catch (error) {
    for (const job of jobs) job.failed(error as Error)
  }
}

const errorOf = (complaint: string): Error =>
  / 404 /.test(complaint) ? new NotFound(complaint) : new Error(complaint)

// The machine's own apt, so that its proxies, certificates and passwords are used without our
// knowing about them. Our folder is root's, which apt's unprivileged user may not enter.
const HELPER = '/usr/lib/apt/apt-helper'
const OPTIONS = ['-q', '-o', 'APT::Sandbox::User=root', 'download-file']

// Exits with 100 whatever went wrong, and with some files or none: only its words tell.
const FAILED = 100

const aptHelper: Fetch = async jobs => {
  const pairs = jobs.flatMap(({ url, file }) => [url, file])
  try {
    await execute(HELPER, [...OPTIONS, ...pairs], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
    return ''
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
    if (code === FAILED && stderr.includes('Failed to')) return stderr
    throw error
  }
}
