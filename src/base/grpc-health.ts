/** grpc.health.v1: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export const HEALTH_CHECK_PATH = '/grpc.health.v1.Health/Check'

export const SERVING_STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const
export type ServingStatus = (typeof SERVING_STATUSES)[number]

/** HealthCheckRequest { string service = 1 }. The empty name is the server as a whole. */
export function encodeHealthCheck(service: string): Uint8Array {
  const name = new TextEncoder().encode(service)
  return name.length === 0
    ? new Uint8Array(0)
    : Uint8Array.of(0x0a, ...varint(name.length), ...name)
}

/** HealthCheckResponse { ServingStatus status = 1 }; undefined when it is none. The last of repeated fields counts. */
export function decodeHealthCheck(message: Uint8Array): ServingStatus | undefined {
  let status = 0
  for (let offset = 0; offset < message.length;) {
    const tag = readVarint(message, offset)
    if (tag === undefined) return undefined
    const end = endOfField(message, tag.end, tag.value & 7)
    if (end === undefined || tag.value >>> 3 === 0) return undefined
    if (tag.value === 0x08) status = readVarint(message, tag.end)?.value ?? 0
    offset = end
  }
  return SERVING_STATUSES[status]
}

/** Fields that we do not know are passed over, by their wire type. */
function endOfField(message: Uint8Array, start: number, wireType: number): number | undefined {
  const number = readVarint(message, start)
  const end = fieldEnd()
  return end !== undefined && end <= message.length ? end : undefined

  function fieldEnd(): number | undefined {
    switch (wireType) {
      case 0:
        return number?.end
      case 1:
        return start + 8
      case 2:
        return number === undefined ? undefined : number.end + number.value
      case 5:
        return start + 4
      default:
        return undefined
    }
  }
}

/** Up to ten octets; undefined when it does not end. Larger than 2^53 it is not exact, and no status or length. */
function readVarint(
  bytes: Uint8Array,
  start: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let index = 0; index < 10; index++) {
    const octet = bytes[start + index]
    if (octet === undefined) return undefined
    value += (octet & 0x7f) * 2 ** (7 * index)
    if (octet < 0x80) return { value, end: start + index + 1 }
  }
  return undefined
}

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}
