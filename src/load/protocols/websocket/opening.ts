import { concatenate } from '../../../base/concatenate.ts'
import { HitlessError } from '../../../base/error.ts'
import type { RequestIdentity } from '../../../timeline/request-id.ts'
import type { LoadTarget, RequestTemplate } from '../../plan.ts'
import { encodeRequest } from '../http1/request-bytes.ts'

/** The client's side of the opening handshake (RFC 6455, section 4.1), made once for all sessions. */
export interface Opening {
  take(sequence: number, key: string): Uint8Array
  /** Subprotocols that are offered. */
  readonly protocols: readonly string[]
}

const OWN_FIELDS: readonly string[] = [
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'sec-websocket-accept',
]

/** Throws `load-plan-invalid` for headers that would not be one handshake. */
export function encodeOpening(
  template: RequestTemplate,
  options: { readonly target: LoadTarget; readonly requestId?: RequestIdentity | undefined },
): Opening {
  const { body: _, ...rest } = template
  const names = Object.keys(template.headers)
  const own = names.find((name) => OWN_FIELDS.includes(name.toLowerCase()))
  if (own !== undefined) {
    throw new HitlessError(
      'load-plan-invalid',
      `the header ${own} cannot be set: hitless shakes hands itself`,
      { exitCode: 2, hint: 'leave it out; Sec-WebSocket-Protocol may be given' },
    )
  }
  const { head } = encodeRequest({ ...rest, method: 'GET' }, { ...options, keepsAlive: true })
  const offered = names.find((name) => name.toLowerCase() === 'sec-websocket-protocol')
  return {
    take(sequence, key) {
      // The head without its empty line, which comes behind the key.
      const bytes = head.take(sequence)
      return concatenate([bytes.subarray(0, bytes.length - 2), upgrade(key)])
    },
    protocols:
      offered === undefined ? [] : template.headers[offered]!.split(',').map((name) => name.trim()),
  }
}

function upgrade(key: string): Uint8Array {
  return new TextEncoder().encode(
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      `Sec-WebSocket-Key: ${key}\r\n\r\n`,
  )
}
