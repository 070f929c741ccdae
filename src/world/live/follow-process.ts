import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import type { FollowHandlers, OutputPaths } from '../processes.ts'

const STREAMS = ['stdout', 'stderr'] as const

/** Both ends count: something that the process has left behind may still write to one of them. */
export function followProcess(paths: OutputPaths, handlers: FollowHandlers): void {
  const ends = STREAMS.map((stream) =>
    readPipe(paths[stream], (bytes) => handlers.onOutput(stream, bytes)),
  )
  void Promise.all(ends).then(() => handlers.onEnd())
}

/** Resolves when it is at its end. */
function readPipe(path: string, onBytes: (bytes: Uint8Array) => void): Promise<void> {
  return new Promise((resolve) => {
    const socket = openReader(path)
    if (socket === undefined) return resolve()
    socket.on('data', onBytes)
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
  })
}

function openReader(path: string): Socket | undefined {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    // The end is told to those only who have seen a writer: without this one, a pipe that nobody has open is waited for.
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK))
    return new Socket({ fd: descriptor, readable: true, writable: false })
  } catch {
    return undefined
  }
}
