import { readFileSync } from 'node:fs'
import type { Report } from '../lab/report.ts'
import { must, run } from './command.ts'
import { STATE } from './machines.ts'

/** Runs provision on the machines, as a user would, and reads its report. */
export const provision = async (
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly report: Report }> => {
  const command = ['dist/cli/main.js', '--inventory', 'inventory/vagrant.yml']
  const { code, stdout, output } = await run('node', [...command, ...args, '--output', 'json'])
  if (!stdout.startsWith('{')) throw new Error(`no report: ${output}`)
  return { code, report: JSON.parse(stdout) as Report }
}

/** The site's start page, asked for from this computer through Vagrant's network. */
export const startPage = async (): Promise<string> => {
  const address = readFileSync(`${STATE}/machines/lb1/address`, 'utf8')
  return must('curl', [
    ...['--silent', '--show-error', '--fail', '--max-time', '60'],
    ...['--cacert', `${STATE}/authority/ca.crt`, '--resolve', `www.foobar.com:443:${address}`],
    'https://www.foobar.com/',
  ])
}
