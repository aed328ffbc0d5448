import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** Stands in front of addresses as a line that takes its time. */
export interface Delayed {
  /** The local port that leads to each address, in their order. */
  readonly ports: readonly number[]
  close(): void
}

/** Opens a local port for each `address:port`; what goes through takes half of `roundTrip` ms each way. */
export const delayed = async (targets: readonly string[], roundTrip: number): Promise<Delayed> => {
  const sockets = new Set<Socket>()
  const servers = await Promise.all(
    targets.map(target => listening(server(target, roundTrip / 2, sockets))),
  )
  return {
    ports: servers.map(one => (one.address() as AddressInfo).port),
    close() {
      for (const one of servers) one.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

const server = (target: string, delay: number, sockets: Set<Socket>): Server =>
  createServer({ noDelay: true }, near => {
    const [host = '', port] = target.split(':')
    const far = connect({ host, port: Number(port), noDelay: true })
    for (const socket of [near, far]) sockets.add(socket)
    pass(near, far, delay)
    pass(far, near, delay)
  })

/** Everything arrives late by the same time, so that the order stays and bandwidth is not bounded. */
const pass = (from: Socket, to: Socket, delay: number): void => {
  const later = (deed: () => void): void => {
    setTimeout(deed, delay)
  }
  from.on('data', data => {
    later(() => to.write(data))
  })
  from.on('end', () => {
    later(() => to.end())
  })
  from.on('error', () => to.destroy())
  from.on('close', () => {
    later(() => to.destroy())
  })
}

const listening = (one: Server): Promise<Server> =>
  new Promise((resolve, reject) => {
    one.on('error', reject)
    one.listen(0, '127.0.0.1', () => {
      resolve(one)
    })
  })
