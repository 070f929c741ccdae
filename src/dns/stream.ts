import { concatenate } from '../base/concatenate.ts'
import type { Clock, Timer } from '../world/clock.ts'
import type { Connection, ConnectionHandlers } from '../world/network.ts'

export interface StreamOptions {
  readonly clock: Clock
  /** Those that are open: what ends each. */
  readonly streams: Set<() => void>
  readonly streamsMax: number
  readonly answer: (bytes: Uint8Array) => Uint8Array | undefined
}

/** RFC 7766, 6.2.3: in the order of seconds. */
const IDLE_MS = 10_000
const LENGTH_BYTES = 2

/** Questions and answers on a connection, each behind its length (RFC 1035, 4.2.2). */
export function serveStream(connection: Connection, options: StreamOptions): ConnectionHandlers {
  const { clock, streams, streamsMax, answer } = options
  let waiting: Uint8Array = new Uint8Array()
  let idle: Timer | undefined
  const reset = () => connection.reset()
  const restartIdle = () => {
    idle?.cancel()
    idle = clock.after(IDLE_MS, reset)
  }
  const close = () => {
    idle?.cancel()
    streams.delete(reset)
  }
  if (streams.size >= streamsMax) reset()
  else {
    streams.add(reset)
    restartIdle()
  }
  return {
    onOpen: () => undefined,
    onData(bytes) {
      if (!streams.has(reset)) return
      restartIdle()
      // Copied: the memory of `bytes` is used again.
      waiting = concatenate([waiting, bytes])
      const { questions, rest } = split(waiting)
      waiting = rest
      let isTaken = true
      for (const question of questions) {
        const written = answer(question)
        if (written !== undefined) isTaken = connection.write(withLength(written)) && isTaken
      }
      if (!isTaken) connection.pause()
    },
    onDrain: () => connection.resume(),
    onEnd: () => connection.end(),
    onClose: close,
  }
}

/** The whole messages, and what has come of the next. */
function split(bytes: Uint8Array): {
  readonly questions: readonly Uint8Array[]
  readonly rest: Uint8Array
} {
  const questions: Uint8Array[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let start = 0
  while (bytes.length - start >= LENGTH_BYTES) {
    const end = start + LENGTH_BYTES + view.getUint16(start)
    if (end > bytes.length) break
    questions.push(bytes.subarray(start + LENGTH_BYTES, end))
    start = end
  }
  return { questions, rest: bytes.subarray(start) }
}

function withLength(bytes: Uint8Array): Uint8Array {
  const written = new Uint8Array(LENGTH_BYTES + bytes.length)
  new DataView(written.buffer).setUint16(0, bytes.length)
  written.set(bytes, LENGTH_BYTES)
  return written
}
