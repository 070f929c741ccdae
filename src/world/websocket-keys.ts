/** The door to the cryptography of a WebSocket client (RFC 6455). */
export interface WebSocketKeys {
  /** A key that no handshake had before, and what the server has to make of it (section 1.3). */
  next(): { readonly key: string; readonly accept: string }
  /** 32 bits that nobody can foretell, for one frame (section 5.3). */
  nextMask(): number
}
