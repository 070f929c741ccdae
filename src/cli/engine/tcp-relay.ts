import { connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

export interface TcpAddress {
  readonly host: string
  readonly port: number
}

export interface Relay {
  close(): void
}

/**
 * Passes every connection to the Unix socket at `path` on to `target`, both directions, half-closed ones too. A path is
 * reached from any network namespace, so this is how what runs in the sandbox reaches an address outside of it.
 * A target that refuses ends the connection at once.
 */
export function openRelay(path: string, target: TcpAddress): Promise<Relay> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ ...target, allowHalfOpen: true, noDelay: true })
    joinSockets(inside, outside)
    for (const socket of [inside, outside]) {
      open.add(socket)
      socket.once('close', () => open.delete(socket))
    }
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      resolve({
        close() {
          server.close()
          for (const socket of open) socket.destroy()
        },
      })
    })
  })
}

/** From now on what one says the other hears, to the last byte; an end is passed on, and a failure ends both. */
export function joinSockets(one: Socket, other: Socket): void {
  pipeline(one, other, ignore)
  pipeline(other, one, ignore)
}

/** Whoever is at either end learns it from its own connection. */
function ignore(): void {}
