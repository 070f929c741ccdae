import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Address, DatagramListener } from '../network.ts'

/** A bound UDP socket. */
export function listenDatagrams(
  { host, port }: Address,
  onDatagram: (bytes: Uint8Array, from: Address) => void,
): Promise<DatagramListener> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    let isOpen = true
    socket.once('error', reject)
    socket.on('message', (bytes, peer) =>
      onDatagram(bytes, { host: peer.address, port: peer.port }),
    )
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', reject)
      // An error of one datagram is the kernel's word that it was lost.
      socket.on('error', () => undefined)
      resolve({
        port: socket.address().port,
        send: (bytes, to) => {
          if (isOpen) socket.send(bytes, to.port, to.host, () => undefined)
        },
        close: () => {
          if (!isOpen) return Promise.resolve()
          isOpen = false
          return new Promise((closed) => socket.close(() => closed()))
        },
      })
    })
  })
}
