import type { RequestRecord } from './ledger.ts'

/** Status codes of gRPC, by number. https://grpc.io/docs/guides/status-codes/ */
const GRPC_STATUSES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const

/** Error codes of HTTP/2, by number (RFC 9113, section 7). */
const HTTP2_ERRORS = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
] as const

/** With what code of its own the protocol ended a request, where its outcome does not say so already. */
export function codeOf({
  outcome,
  detail,
  errno,
}: Pick<RequestRecord, 'outcome' | 'detail' | 'errno'>): string | undefined {
  switch (outcome) {
    case 'status':
      // 0: HTTP, which has a status and no more.
      return detail === 0 ? undefined : `grpc/${GRPC_STATUSES[detail] ?? detail}`
    case 'h2-goaway-unprocessed':
      return `goaway/${HTTP2_ERRORS[detail] ?? detail}`
    case 'h2-reset':
      return `rst_stream/${HTTP2_ERRORS[detail] ?? detail}`
    case 'ws-closed':
      return `websocket/${detail}`
    case 'tls':
      // Why a certificate was not taken; a handshake that broke off has an outcome and no more.
      return errno === undefined || errno === '' ? undefined : `tls/${errno}`
    default:
      return undefined
  }
}
