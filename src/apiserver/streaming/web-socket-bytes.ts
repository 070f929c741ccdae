import type { ByteStream, ByteStreamHandlers, UpgradeRequest } from '../../world/http-server.ts'

/** Bytes that wait before `write` asks to stop. */
const WAITING_BYTES_MAX = 256 * 1024
const CLOSE_NORMAL = 1000

/** A stream of bytes in the messages of a WebSocket; where one message ends has no meaning. */
export function acceptWebSocketBytes(
  request: UpgradeRequest,
  protocol: string,
  handlers: ByteStreamHandlers,
): ByteStream {
  let isWaiting = false
  const connection = request.acceptWebSocket(protocol, {
    onMessage: (bytes) => handlers.onData(bytes),
    onDrain: () => {
      if (!isWaiting) return
      isWaiting = false
      handlers.onDrain()
    },
    onClose: () => handlers.onClose(),
  })
  const close = () => connection.close(CLOSE_NORMAL, '')
  return {
    write(bytes) {
      connection.send(bytes)
      isWaiting ||= connection.bufferedBytes > WAITING_BYTES_MAX
      return !isWaiting
    },
    end: close,
    destroy: close,
    pause: () => connection.pause(),
    resume: () => connection.resume(),
  }
}
