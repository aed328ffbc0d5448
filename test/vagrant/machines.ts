import { must, ROOT } from './command.ts'

export const STATE = `${ROOT}.provision/vagrant`

/** The machines of inventory/vagrant.yml, as `vagrant up` makes them. */
export const MACHINES = ['lb1', 'web1', 'web2'] as const
export type Machine = (typeof MACHINES)[number]

/** How OpenSSH reaches a machine, as Vagrant has it written down. */
export const sshConfig = (name: Machine): string => `${STATE}/machines/${name}/ssh_config`

/** Runs a script on a machine as root; what it prints, once it has succeeded. */
export const onMachine = (name: Machine, script: string): Promise<string> =>
  must('ssh', ['-F', sshConfig(name), name, 'sudo sh -s'], { input: script })

/** Runs the same script on all of them at once. */
export const onMachines = (script: string): Promise<string[]> =>
  Promise.all(MACHINES.map(name => onMachine(name, script)))
