import type { ConnectionSettings } from '../../src/core/connection.ts'
import { connect } from '../../src/host/connect.ts'
import type { ConnectedMachine } from '../../src/host/machine.ts'
import { labDown, labUp, type LabHost } from '../../src/lab/index.ts'
import { MINUTES } from './limits.ts'

/** One host of a lab of its own for the tests of a file, and machines that are closed after them. */
export const labMachine = (
  lab: string,
): { host: () => LabHost; reach: (changed?: Partial<ConnectionSettings>) => ConnectedMachine } => {
  const open: ConnectedMachine[] = []
  let only: LabHost | undefined
  beforeAll(async () => {
    await labDown({ lab })
    ;[only] = await labUp({ lab, hosts: ['one'] })
  }, 5 * MINUTES)
  afterAll(async () => {
    await Promise.all(open.map(machine => machine.close()))
    await labDown({ lab })
  }, MINUTES)
  const host = (): LabHost => {
    if (only === undefined) throw new Error('the lab is not up')
    return only
  }
  const reach = (changed: Partial<ConnectionSettings> = {}): ConnectedMachine => {
    const { address, port, user, keyFile, knownHosts } = host()
    const machine = connect({
      kind: 'ssh',
      host: address,
      port,
      user,
      password: undefined,
      privateKeyFile: keyFile,
      sshArguments: ['-F', 'none', '-o', 'IdentitiesOnly=yes'],
      hostKeys: 'verify',
      knownHostsFile: knownHosts,
      become: { method: 'sudo', password: undefined },
      timeout: 3,
      ...changed,
    })
    open.push(machine)
    return machine
  }
  return { host, reach }
}
