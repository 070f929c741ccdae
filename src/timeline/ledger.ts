import { invariant } from '../base/invariant.ts'
import { OUTCOMES, type Outcome } from './outcome.ts'

/** One planned request. Times are nanoseconds since the origin of the run; 0 means it never came to that. */
export interface RequestRecord {
  /** Its place in the plan, from 0. */
  readonly sequence: number
  /** When the plan wanted it sent: latency counts from here. */
  readonly intendedAt: number
  /** When its first byte was handed to the kernel. */
  readonly sentAt: number
  readonly firstByteAt: number
  readonly endedAt: number
  readonly outcome: Outcome
  readonly lane: Lane
  /** HTTP status; 0 without an answer. */
  readonly status: number
  /** Errno name where the socket failed. */
  readonly errno?: string
  /** Counts the generator's connections from 1; 0 when there was none. */
  readonly connection: number
  /** The generator's port of that connection: joins with `connection-routed` facts. */
  readonly localPort: number
  /** Requests that the connection carried before this one. */
  readonly requestsBefore: number
  /** Index into the plan's request templates. */
  readonly template: number
  readonly bytesReceived: number
  /** How long the connection had been idle before it carried this request, milliseconds; 0 for a new one. */
  readonly idleMs: number
  /** Who answered: index, from 1, into the backends that the generator reports; 0 when nobody can tell. */
  readonly backend: number
  /**
   * The protocol's own code of the end: a WebSocket close code, a gRPC status, an HTTP/2 error code; of a
   * `mismatch` what was not as expected (`detailOfMismatch`).
   */
  readonly detail: number
}

/**
 * Which connections carry a request: a `new` one each; `reused` ones in turn; `idle` ones that rest
 * in between; `long` ones that are held for a whole session. The order is the ledger's encoding.
 */
export const LANES = ['new', 'reused', 'idle', 'long'] as const
export type Lane = (typeof LANES)[number]

/** Errnos, and the words of TLS, that the ledger can name, by code; 0 is none, `OTHER` any that is not here. Append only. */
const ERRNOS = [
  '',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENOTFOUND',
  'ECONNABORTED',
  'OTHER',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRINUSE',
  'EAI_AGAIN',
  'EACCES',
  'EPERM',
  'ENETDOWN',
  'EHOSTDOWN',
  'EPROTO',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_GET_ISSUER_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_REVOKED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  // Alerts of the peer (RFC 8446, section 6.2).
  'ALERT_HANDSHAKE_FAILURE',
  'ALERT_BAD_CERTIFICATE',
  'ALERT_UNSUPPORTED_CERTIFICATE',
  'ALERT_CERTIFICATE_REVOKED',
  'ALERT_CERTIFICATE_EXPIRED',
  'ALERT_CERTIFICATE_UNKNOWN',
  'ALERT_CERTIFICATE_REQUIRED',
  'ALERT_UNKNOWN_CA',
  'ALERT_ACCESS_DENIED',
  'ALERT_DECRYPT_ERROR',
  'ALERT_PROTOCOL_VERSION',
  'ALERT_INSUFFICIENT_SECURITY',
  'ALERT_INTERNAL_ERROR',
  'ALERT_UNRECOGNIZED_NAME',
  'ALERT_NO_APPLICATION_PROTOCOL',
  // The server agreed on TLS, and on no HTTP/2 in it.
  'H2_NOT_OFFERED',
] as const

/** Bytes of one record, little-endian, at fixed offsets. */
export const RECORD_BYTES = 64

export function encodeRecord(record: RequestRecord, view: DataView, offset: number): void {
  view.setFloat64(offset, record.intendedAt, true)
  view.setFloat64(offset + 8, record.sentAt, true)
  view.setFloat64(offset + 16, record.firstByteAt, true)
  view.setFloat64(offset + 24, record.endedAt, true)
  view.setUint32(offset + 32, record.sequence, true)
  view.setUint32(offset + 36, record.connection, true)
  view.setUint32(offset + 40, record.bytesReceived, true)
  view.setUint32(offset + 44, record.requestsBefore, true)
  view.setUint16(offset + 48, record.localPort, true)
  view.setUint16(offset + 50, record.status, true)
  view.setUint8(offset + 52, OUTCOMES.indexOf(record.outcome))
  view.setUint8(offset + 53, LANES.indexOf(record.lane))
  view.setUint8(offset + 54, errnoCode(record.errno))
  view.setUint8(offset + 55, record.template)
  view.setUint32(offset + 56, record.idleMs, true)
  view.setUint16(offset + 60, record.backend, true)
  view.setUint16(offset + 62, record.detail, true)
}

/** Whether the codes at this place are those of a record. */
export function isRecord(view: DataView, offset: number): boolean {
  for (let time = offset; time < offset + 32; time += 8) {
    // Not a number, too.
    if (!(Math.abs(view.getFloat64(time, true)) <= TIME_NS_MAX)) return false
  }
  return view.getUint8(offset + 52) < OUTCOMES.length && view.getUint8(offset + 53) < LANES.length
}

/** Thirty years after the origin of a run's clock, or before it where ledgers of others are added. */
export const TIME_NS_MAX = 1e18

export function decodeRecord(view: DataView, offset: number): RequestRecord {
  const outcome = OUTCOMES[view.getUint8(offset + 52)]
  const lane = LANES[view.getUint8(offset + 53)]
  invariant(outcome !== undefined && lane !== undefined, 'the ledger holds an unknown code')
  const errno = ERRNOS[view.getUint8(offset + 54)]
  return {
    sequence: view.getUint32(offset + 32, true),
    intendedAt: view.getFloat64(offset, true),
    sentAt: view.getFloat64(offset + 8, true),
    firstByteAt: view.getFloat64(offset + 16, true),
    endedAt: view.getFloat64(offset + 24, true),
    outcome,
    lane,
    status: view.getUint16(offset + 50, true),
    ...(errno === undefined || errno === '' ? {} : { errno }),
    connection: view.getUint32(offset + 36, true),
    localPort: view.getUint16(offset + 48, true),
    requestsBefore: view.getUint32(offset + 44, true),
    template: view.getUint8(offset + 55),
    bytesReceived: view.getUint32(offset + 40, true),
    idleMs: view.getUint32(offset + 56, true),
    backend: view.getUint16(offset + 60, true),
    detail: view.getUint16(offset + 62, true),
  }
}

/** All whole records of a ledger; a last one that was cut short by a crash is left out. */
export function decodeLedger(bytes: Uint8Array): RequestRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: RequestRecord[] = []
  for (let offset = 0; offset + RECORD_BYTES <= bytes.byteLength; offset += RECORD_BYTES) {
    records.push(decodeRecord(view, offset))
  }
  return records
}

function errnoCode(errno: string | undefined): number {
  if (errno === undefined) return 0
  const code = ERRNOS.findIndex((known) => known === errno)
  return code === -1 ? ERRNOS.indexOf('OTHER') : code
}
