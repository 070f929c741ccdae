import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { translate, type Addressing } from '../../world/addressing.ts'
import type { Address, Network } from '../../world/network.ts'
import { joinSockets } from '../engine/tcp-relay.ts'

/**
 * Where pods do not reach the addresses on which Services are listened for, each of those has a Unix socket besides:
 * whoever stands in for Services among the pods passes on there what comes.
 */
export function withServiceSockets(network: Network, addressing: Addressing | undefined): Network {
  const directory = addressing?.socketDirectory
  if (directory === undefined) return network
  return {
    ...network,
    async listen(address, onConnection) {
      const listener = await network.listen(address, onConnection)
      const path = join(directory, `${address.host}:${address.port}.sock`)
      const socket = await openSocket(path, translate(address, addressing)).catch(
        async (error: unknown) => {
          await listener.close()
          throw error
        },
      )
      return {
        port: listener.port,
        async close() {
          // What is connected goes on, as with the listener; the socket's file goes.
          socket.close()
          await listener.close()
        },
      }
    },
  }
}

function openSocket(path: string, target: Address): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (stream) => {
    joinSockets(stream, connect({ ...target, allowHalfOpen: true, noDelay: true }))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve(server))
  })
}
