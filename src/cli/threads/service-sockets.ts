import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { translate, translatedNetwork, type Addressing } from '../../world/addressing.ts'
import type { Address, DatagramListener, Network } from '../../world/network.ts'
import { DatagramReader, frameDatagram } from '../engine/datagram-frames.ts'
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

/** Whether pods reach the addresses of Services, as they do where those are real. */
export function hasServiceAddresses(addressing: Addressing | undefined): boolean {
  return addressing === undefined || addressing.socketDirectory !== undefined
}

/**
 * What of hitless itself is at an address of the cluster's, as its DNS, is there for pods alone: where they need sockets
 * it listens nowhere else, so that two runs are not in each other's way.
 */
export function clusterNetwork(network: Network, addressing: Addressing | undefined): Network {
  const translated = translatedNetwork(network, addressing)
  const directory = addressing?.socketDirectory
  if (directory === undefined) return translated
  const pathOf = ({ host, port }: Address, kind: string) =>
    host.startsWith(addressing?.serviceNetwork ?? '')
      ? join(directory, `${host}:${port}.${kind}`)
      : undefined
  return {
    ...translated,
    async listen(address, onConnection) {
      const path = pathOf(address, 'sock')
      if (path === undefined) return translated.listen(address, onConnection)
      const own = { host: '127.0.0.1', port: 0 }
      const listener = await network.listen(own, onConnection)
      const socket = await openSocket(path, { ...own, port: listener.port })
      return {
        port: address.port,
        async close() {
          socket.close()
          await listener.close()
        },
      }
    },
    async listenDatagrams(address, onDatagram) {
      const path = pathOf(address, 'udp')
      return path === undefined
        ? translated.listenDatagrams(address, onDatagram)
        : listenAtSocket(path, address, onDatagram)
    },
  }
}

/** What is not taken is lost, as datagrams are. */
const WAITING_BYTES_MAX = 1024 * 1024

function listenAtSocket(
  path: string,
  { port }: Address,
  onDatagram: (bytes: Uint8Array, from: Address) => void,
): Promise<DatagramListener> {
  const streams = new Set<Socket>()
  const server = createServer((stream) => {
    const reader = new DatagramReader(onDatagram)
    streams.add(stream)
    stream.on('data', (bytes) => reader.add(bytes))
    stream.on('error', () => stream.destroy()).on('close', () => streams.delete(stream))
  })
  const listener: DatagramListener = {
    port,
    send(bytes, to) {
      for (const stream of streams) {
        if (stream.writableLength < WAITING_BYTES_MAX) stream.write(frameDatagram(to, bytes))
      }
    },
    close() {
      for (const stream of streams) stream.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve(listener))
  })
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
