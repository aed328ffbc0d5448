import { UserError } from '../core/error.ts'
import { labList, type LabChoice, type LabHost } from './lab.ts'
import { openSsh } from './ssh.ts'

/** One host of a lab, and what to run there. */
export interface SshOptions extends LabChoice {
  readonly host: string
  /** As OpenSSH takes it: the words are joined and given to the login shell. None is a session. */
  readonly command?: readonly string[] | undefined
  readonly user?: string | undefined
}

/** Runs OpenSSH on our terminal and returns its exit status. */
export const labSsh = async ({ host, command = [], user, ...choice }: SshOptions) => {
  const found = await hostOf(choice, host)
  return openSsh({ ...found, user: user ?? found.user }, command)
}

const hostOf = async (choice: LabChoice, name: string): Promise<LabHost> => {
  const hosts = await labList(choice)
  const found = hosts.find(host => host.name === name)
  if (found?.running) return found
  const fact = found ? `host ${name} does not run` : `there is no host ${name} in the lab`
  const names = hosts.map(host => host.name).join(', ')
  throw new UserError('E_LAB_NO_HOST', fact, {
    hint: found || names === '' ? 'start it with "provision lab up"' : `its hosts are ${names}`,
  })
}
