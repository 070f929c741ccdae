/** Messages whose JSON is no object of their fields: times, quantities, and values of either type. */
import { formatTimestamp } from '../../base/timestamp.ts'
import { isNestedDeeper } from '../nesting.ts'
import { LENGTH_DELIMITED, VARINT, WireFault, WireReader } from './wire.ts'

/** Fields by their numbers: those that are numbers, and those that are texts. */
interface SpecialFields {
  readonly numbers: ReadonlyMap<number, number>
  readonly texts: ReadonlyMap<number, string>
}

/** The years 1 to 9999; the first moment is the time that is not set. */
const SECONDS_MIN = -62_135_596_800
const SECONDS_MAX = 253_402_300_799

/** No object of the API is a tenth as deep. */
const FIELDS_DEPTH_MAX = 100

/** Null for a time that is not set. */
export function specialMessage(type: string, parts: readonly Uint8Array[]): unknown {
  const fields = readFields(type, parts)
  const isUnset = parts.every((part) => part.length === 0)
  switch (type) {
    case 'meta.v1.Time':
      return isUnset ? null : timeOf(fields)
    case 'meta.v1.MicroTime':
      return isUnset ? null : microTimeOf(fields)
    case 'api.resource.Quantity':
      return fields.texts.get(1) ?? '0'
    case 'util.intstr.IntOrString':
      return fields.numbers.get(1) === 1
        ? (fields.texts.get(3) ?? '')
        : (fields.numbers.get(2) ?? 0)
    case 'meta.v1.FieldsV1':
      return jsonOf(fields.texts.get(1) ?? 'null')
    default:
      throw new WireFault(`proto: no message ${type}`)
  }
}

function readFields(type: string, parts: readonly Uint8Array[]): SpecialFields {
  const numbers = new Map<number, number>()
  const texts = new Map<number, string>()
  const name = type.slice(type.lastIndexOf('.') + 1)
  for (const part of parts) {
    const reader = new WireReader(part)
    while (!reader.isAtEnd) {
      const tag = reader.tag(name)
      if (tag.wireType === VARINT) numbers.set(tag.number, reader.int64())
      else if (tag.wireType === LENGTH_DELIMITED) texts.set(tag.number, reader.text())
      else reader.skip(tag)
    }
  }
  return { numbers, texts }
}

function timeOf({ numbers }: SpecialFields): string | null {
  const seconds = secondsOf(numbers)
  return seconds === SECONDS_MIN ? null : formatTimestamp(seconds * 1000)
}

function microTimeOf({ numbers }: SpecialFields): string | null {
  const seconds = secondsOf(numbers)
  const micros = Math.trunc((numbers.get(2) ?? 0) / 1000)
  if (micros < 0 || micros > 999_999) throw new WireFault('proto: Timestamp: nanos out of range')
  if (seconds === SECONDS_MIN && micros === 0) return null
  const fraction = String(micros).padStart(6, '0')
  return formatTimestamp(seconds * 1000).replace('Z', `.${fraction}Z`)
}

function secondsOf(numbers: ReadonlyMap<number, number>): number {
  const seconds = numbers.get(1) ?? 0
  if (seconds >= SECONDS_MIN && seconds <= SECONDS_MAX) return seconds
  throw new WireFault('proto: Timestamp: seconds out of range')
}

function jsonOf(text: string): unknown {
  const value = parsed(text)
  if (!isNestedDeeper(value, FIELDS_DEPTH_MAX)) return value
  throw new WireFault('exceeded max depth')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WireFault('proto: FieldsV1: invalid JSON')
  }
}
