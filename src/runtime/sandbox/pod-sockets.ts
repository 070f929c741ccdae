import type { Files } from '../../world/files.ts'
import { countHeldConnections, SOCKET_BYTES_MAX } from '../process/held-connections.ts'
import type { PortUse } from '../runtime.ts'
import { parseListeningPorts } from './listening-ports.ts'

/** Listening sockets come first in /proc/net/tcp; this is room for a hundred of them. */
const LISTENING_BYTES_MAX = 16 * 1024

/** `processId`: any process of the pod; undefined when there is none. */
export async function listeningPortsOf(
  files: Files,
  processId: number | undefined,
): Promise<readonly number[]> {
  return portsIn(await readTables(files, processId, LISTENING_BYTES_MAX))
}

export async function portUseOf(files: Files, processId: number | undefined): Promise<PortUse> {
  const tables = await readTables(files, processId, SOCKET_BYTES_MAX)
  return {
    listening: portsIn(tables),
    connections: countHeldConnections(tables),
    isCut: tables.some(({ length }) => length === SOCKET_BYTES_MAX),
  }
}

function portsIn(tables: readonly string[]): readonly number[] {
  return [...new Set(tables.flatMap(parseListeningPorts))].sort((a, b) => a - b)
}

async function readTables(
  files: Files,
  processId: number | undefined,
  bytesMax: number,
): Promise<readonly string[]> {
  if (processId === undefined) return []
  const paths = [`/proc/${processId}/net/tcp`, `/proc/${processId}/net/tcp6`]
  return Promise.all(paths.map((path) => readStart(files, path, bytesMax)))
}

/** The process may end at any moment, or the kernel be without IPv6: no socket is there then. */
async function readStart(files: Files, path: string, bytesMax: number): Promise<string> {
  try {
    return await files.readText(path, { bytesMax })
  } catch {
    return ''
  }
}
