import { parseTcpSockets, type TcpSocket } from './listening-sockets.ts'

/**
 * The states in which a program holds a connection (include/net/tcp_states.h): ESTABLISHED, and CLOSE_WAIT, in which only
 * the other end has closed. In all others the program has closed it, or the kernel has for a program that has ended.
 */
const HELD = new Set(['01', '08'])

/** Room for seven thousand sockets in each table. */
export const SOCKET_BYTES_MAX = 1024 * 1024

/** What `/proc/net/tcp` and `tcp6` say of the connections that programs hold, by their own port. */
export function countHeldConnections(
  tables: readonly string[],
  isOwn: (socket: TcpSocket) => boolean = () => true,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const table of tables) {
    for (const socket of parseTcpSockets(table)) {
      if (!HELD.has(socket.state) || !isOwn(socket)) continue
      counts.set(socket.port, (counts.get(socket.port) ?? 0) + 1)
    }
  }
  return counts
}
