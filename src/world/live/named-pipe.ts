import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'

export interface NamedPipe {
  readonly reader: Readable
  /** For a child process; whoever opened the pipe closes it. */
  readonly writeDescriptor: number
}

/** Opens both ends of a named pipe; reading does not block a thread. Throws with the errno in `code`. */
export function openNamedPipe(path: string): NamedPipe {
  const readDescriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    // Does not block either: there is a reader.
    const writeDescriptor = openSync(path, constants.O_WRONLY)
    const reader = new Socket({ fd: readDescriptor, readable: true, writable: false })
    return { reader, writeDescriptor }
  } catch (error) {
    closeSync(readDescriptor)
    throw error
  }
}
