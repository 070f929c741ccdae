import type { Files } from '../../world/files.ts'
import type { PortUse } from '../runtime.ts'
import { countHeldConnections, SOCKET_BYTES_MAX } from './held-connections.ts'
import { isListening, parseTcpSockets, type TcpSocket } from './listening-sockets.ts'

/** Listening sockets come first in /proc/net/tcp; this is room for a hundred of them. */
const LISTENING_BYTES_MAX = 16 * 1024

/** Of a pod that has a network of its own. */
export interface PodSockets {
  readonly files: Pick<Files, 'readText'>
  /** Any process of the pod; undefined when there is none. */
  readonly processId: number | undefined
  /** False: not the pod's, although it is in its network. Absent: all are. */
  readonly isOwn?: (socket: TcpSocket) => boolean
}

export async function listeningPortsOf(sockets: PodSockets): Promise<readonly number[]> {
  return portsIn(await readTables(sockets, LISTENING_BYTES_MAX), sockets.isOwn)
}

export async function portUseOf(sockets: PodSockets): Promise<PortUse> {
  const tables = await readTables(sockets, SOCKET_BYTES_MAX)
  return {
    listening: portsIn(tables, sockets.isOwn),
    connections: countHeldConnections(tables, sockets.isOwn),
    isCut: tables.some(({ length }) => length === SOCKET_BYTES_MAX),
  }
}

function portsIn(tables: readonly string[], isOwn: PodSockets['isOwn']): readonly number[] {
  const ports = new Set<number>()
  for (const table of tables) {
    for (const socket of parseTcpSockets(table)) {
      if (!isListening(socket)) break
      if (isOwn?.(socket) !== false) ports.add(socket.port)
    }
  }
  return [...ports].sort((a, b) => a - b)
}

async function readTables(
  { files, processId }: PodSockets,
  bytesMax: number,
): Promise<readonly string[]> {
  if (processId === undefined) return []
  const paths = [`/proc/${processId}/net/tcp`, `/proc/${processId}/net/tcp6`]
  return Promise.all(paths.map((path) => readStart(files, path, bytesMax)))
}

/** The process may end at any moment, or the kernel be without IPv6: no socket is there then. */
async function readStart(
  files: PodSockets['files'],
  path: string,
  bytesMax: number,
): Promise<string> {
  try {
    return await files.readText(path, { bytesMax })
  } catch {
    return ''
  }
}
