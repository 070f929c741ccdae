/** A message of gRPC is preceded by a flag (compressed or not) and its length in four octets. */
export const MESSAGE_PREFIX_BYTES = 5

/** Not compressed. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
export function frameMessage(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(MESSAGE_PREFIX_BYTES + message.length)
  new DataView(framed.buffer).setUint32(1, message.length)
  framed.set(message, MESSAGE_PREFIX_BYTES)
  return framed
}
