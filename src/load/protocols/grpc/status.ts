import type { Field } from '../http2/hpack-static-table.ts'

export interface GrpcStatus {
  readonly code: number
  readonly message: string
}

const UNKNOWN = 2

/** What an answer of HTTP alone means. https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
const CODE_OF_HTTP: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
}

/** Of trailers, or of a head that is nothing but them; undefined when they have none. A code that is no number is unknown. */
export function statusIn(fields: readonly Field[]): GrpcStatus | undefined {
  const said = valueOf(fields, 'grpc-status')
  if (said === undefined) return undefined
  const code = /^[0-9]{1,5}$/.test(said) ? Number(said) : UNKNOWN
  // The ledger has two octets for it.
  const message = decodeMessage(valueOf(fields, 'grpc-message') ?? '')
  return { code: code > 0xffff ? UNKNOWN : code, message }
}

/** The code that gRPC gives to an answer that is not gRPC's own. */
export function codeOfHttp(status: number): number {
  return CODE_OF_HTTP[status] ?? UNKNOWN
}

export function valueOf(fields: readonly Field[], name: string): string | undefined {
  return fields.find((field) => field[0] === name)?.[1]
}

/** Percent-encoded UTF-8; what is not stays as it is. */
function decodeMessage(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
