import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { AptSetup } from '../../src/lab/apt.ts'
import { aptDownloads } from '../../src/lab/cache/download.ts'
import { packageCache } from '../../src/lab/cache/server.ts'
import { labRoot } from '../../src/lab/index.ts'
import { onMachine, onMachines } from './machines.ts'

/** A package cache that answers. */
interface Served {
  /** Its address, as apt is told of a proxy. */
  readonly proxy: string
  readonly close: () => Promise<void>
}

/** Serves the lab's packages at an address of this computer. */
export const servePackages = async (address: string, { secure }: AptSetup): Promise<Served> => {
  const server = packageCache({
    folder: join(labRoot(), 'packages'),
    download: aptDownloads(),
    secure,
    log: () => undefined,
  }).listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { proxy: `Acquire::http::Proxy "http://${address}:${String(port)}";`, close }
}

/** Lets the machines get packages through this computer; gives what ends that. */
export const packagesThroughUs = async (apt: AptSetup): Promise<() => Promise<void>> => {
  // Whoever translates their addresses is this computer.
  const route = await onMachine('lb1', 'ip -4 route show default')
  const gateway = /via (\S+)/.exec(route)?.[1] ?? ''
  const { proxy, close } = await servePackages(gateway, apt)
  await onMachines(`echo '${proxy}' >/etc/apt/apt.conf.d/90test`)
  return close
}
