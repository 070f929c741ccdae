import type { WebSocketKeys } from '../websocket-keys.ts'

/** What RFC 6455, section 1.3, appends to a key before it is hashed. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
/** Masks that are made at once: a call into the operating system for each costs more than the frame. */
const MASKS = 1_024

export function liveWebSocketKeys(): WebSocketKeys {
  const masks = new Uint32Array(MASKS)
  let used = MASKS
  return {
    next() {
      // Only now: few loads hold WebSockets, and OpenSSL takes 3 MB.
      const { createHash, randomBytes } = process.getBuiltinModule('node:crypto')
      const key = randomBytes(16).toString('base64')
      return { key, accept: createHash('sha1').update(`${key}${GUID}`).digest('base64') }
    },
    nextMask() {
      if (used === MASKS) {
        process.getBuiltinModule('node:crypto').randomFillSync(masks)
        used = 0
      }
      return masks[used++]!
    },
  }
}
