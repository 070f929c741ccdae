import type { Http2Answer } from '../../world/network.ts'

export interface GrpcStatus {
  readonly code: number
  /** As Go's library prints it. */
  readonly name: string
  readonly message: string
}

/** By code. https://grpc.io/docs/guides/status-codes/ */
const NAMES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
]

/** What an answer of HTTP alone means. https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
const OF_HTTP: Readonly<Record<number, string>> = {
  400: 'Internal',
  401: 'Unauthenticated',
  403: 'PermissionDenied',
  404: 'Unimplemented',
  429: 'Unavailable',
  502: 'Unavailable',
  503: 'Unavailable',
  504: 'Unavailable',
}

/** How a call ended: in the trailers, or in the headers of an answer that is nothing but them. */
export function grpcStatusOf({ status, headers, trailers }: Http2Answer): GrpcStatus {
  const said = trailers['grpc-status'] ?? headers['grpc-status']
  if (said !== undefined) {
    const code = Number(said)
    const message = trailers['grpc-message'] ?? headers['grpc-message'] ?? ''
    return { code, name: NAMES[code] ?? `Code(${said})`, message: decodeMessage(message) }
  }
  if (status !== 200) {
    const message = `unexpected HTTP status code received from server: ${status}`
    return named(OF_HTTP[status] ?? 'Unknown', message)
  }
  return named('Internal', 'server closed the stream without sending trailers')
}

function named(name: string, message: string): GrpcStatus {
  return { code: NAMES.indexOf(name), name, message }
}

/** Percent-encoded; what is not stays as it is. */
function decodeMessage(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
