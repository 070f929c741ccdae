import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { Socket } from 'node:net'

/** A pipe has no size that could be looked at first. */
const BYTES_MAX = 64 * 1024 * 1024

/**
 * What comes out of a named pipe until its writers are gone; undefined when `path` is none. It may be that nobody ever
 * writes: `signal` ends the wait, and no thread is held by it, which would keep the process from ending.
 */
export async function readPipe(
  path: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  // Opening a file does not wait for anything either way.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  if (!fstatSync(descriptor).isFIFO()) {
    closeSync(descriptor)
    return undefined
  }
  const socket = new Socket({ fd: descriptor, readable: true, writable: false })
  const stop = () => socket.destroy(new Error('interrupted'))
  signal?.addEventListener('abort', stop)
  if (signal?.aborted === true) stop()
  try {
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of socket) {
      if (!(chunk instanceof Buffer)) continue
      length += chunk.length
      if (length > BYTES_MAX) throw new Error(`more than ${BYTES_MAX} bytes come from it`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString()
  } finally {
    signal?.removeEventListener('abort', stop)
    socket.destroy()
  }
}
