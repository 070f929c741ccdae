import { concatenate } from '../base/concatenate.ts'
import { FrameReader } from '../base/http2-frame-reader.ts'
import { HEALTH_CHECK_PATH, SERVING_STATUSES, type ServingStatus } from '../base/grpc-health.ts'
import { frameMessage, MESSAGE_PREFIX_BYTES } from '../base/grpc-message.ts'
import {
  CLIENT_PREFACE,
  encodeFrame,
  FLAG,
  FRAME,
  FRAME_BYTES_DEFAULT,
} from '../base/http2-frames.ts'
import type { Connection, ConnectionHandlers } from '../world/network.ts'
import { decodeHeaders, encodeHeaders } from './plain-headers.ts'

/** What a modelled app's gRPC health service says of a service: a status, an error of gRPC, or nothing at all. */
export type ModelledHealth =
  ServingStatus | 'hang' | { readonly code: number; readonly message: string }

const UNIMPLEMENTED = { code: 12, message: 'unknown service' } as const

/** How a connection is served whose client speaks HTTP/2. */
export function serveModelledHealth(
  connection: Connection,
  check: (service: string) => ModelledHealth,
): Pick<ConnectionHandlers, 'onOpen' | 'onData'> {
  const reader = new FrameReader(FRAME_BYTES_DEFAULT)
  let prefaceBytesLeft = CLIENT_PREFACE.length
  let path: string | undefined
  return {
    onOpen: () => void connection.write(encodeFrame(FRAME.settings)),
    onData(bytes) {
      const rest = bytes.slice(Math.min(prefaceBytesLeft, bytes.length))
      prefaceBytesLeft -= bytes.length - rest.length
      reader.feed(rest)
      for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
        if (frame === 'oversize') return connection.reset()
        const { type, stream, payload } = frame
        if (type === FRAME.headers) path = decodeHeaders(payload)?.[':path']
        if (type !== FRAME.data) continue
        const health = path === HEALTH_CHECK_PATH ? check(serviceOf(payload)) : UNIMPLEMENTED
        if (health !== 'hang') connection.write(encodeHealth(health, stream))
      }
    },
  }
}

/** The `service` of a HealthCheckRequest, which a tag and its length precede. */
function serviceOf(message: Uint8Array): string {
  return new TextDecoder().decode(message.subarray(MESSAGE_PREFIX_BYTES + 2))
}

function encodeHealth(health: Exclude<ModelledHealth, 'hang'>, stream: number): Uint8Array {
  const headers = { ':status': '200', 'content-type': 'application/grpc' }
  const endFlags = FLAG.endHeaders | FLAG.endStream
  if (typeof health === 'object') {
    const message = encodeURIComponent(health.message)
    const payload = encodeHeaders({ ...headers, ...statusOf(health.code), 'grpc-message': message })
    return encodeFrame(FRAME.headers, { flags: endFlags, stream, payload })
  }
  const status = SERVING_STATUSES.indexOf(health)
  return concatenate([
    encodeFrame(FRAME.headers, { flags: FLAG.endHeaders, stream, payload: encodeHeaders(headers) }),
    encodeFrame(FRAME.data, { stream, payload: frameMessage(Uint8Array.of(8, status)) }),
    encodeFrame(FRAME.headers, { flags: endFlags, stream, payload: encodeHeaders(statusOf(0)) }),
  ])
}

function statusOf(code: number): Readonly<Record<string, string>> {
  return { 'grpc-status': String(code) }
}
