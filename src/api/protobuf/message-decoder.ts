/** Messages as the JSON that Go writes of the struct that they are decoded into, without nulls. */
import { encodeBase64 } from '../../base/base64.ts'
import { messageNamed, type Field, type Message } from './messages.ts'
import { specialMessage } from './special-messages.ts'
import { LENGTH_DELIMITED, VARINT, WireFault, WireReader } from './wire.ts'

type Json = Record<string, unknown>

/** What a message had of its fields, by their numbers. */
interface Found {
  readonly scalars: Map<number, unknown>
  readonly lists: Map<number, unknown[]>
  readonly maps: Map<number, Map<string, unknown>>
  /** A message may come in parts, which count as one. */
  readonly parts: Map<number, Uint8Array[]>
}

/**
 * The parts are read as if they were one. Recursion is as deep as the messages of Kubernetes are, none
 * of which contains itself.
 */
export function decodeMessage(message: Message, parts: readonly Uint8Array[]): Json {
  const found: Found = {
    scalars: new Map(),
    lists: new Map(),
    maps: new Map(),
    parts: new Map(),
  }
  const shortName = message.name.slice(message.name.lastIndexOf('.') + 1)
  for (const part of parts) {
    const reader = new WireReader(part)
    while (!reader.isAtEnd) {
      const tag = reader.tag(shortName)
      const field = message.byNumber.get(tag.number)
      if (field === undefined) reader.skip(tag)
      else readField(reader, field, { wireType: tag.wireType, found })
    }
  }
  return Object.fromEntries(message.fields.flatMap((field) => jsonOf(field, found)))
}

function readField(
  reader: WireReader,
  field: Field,
  { wireType, found }: { readonly wireType: number; readonly found: Found },
): void {
  const { number, type, label } = field
  const isVarint = isVarintType(type)
  const isPacked = isVarint && label === 'list' && wireType === LENGTH_DELIMITED
  const expected = isVarint && label !== 'map' && !isPacked ? VARINT : LENGTH_DELIMITED
  if (wireType !== expected) {
    throw new WireFault(`proto: wrong wireType = ${wireType} for field ${goName(field.name)}`)
  }
  if (label === 'map') readEntry(reader.bytes(), type, madeIn(found.maps, number, newMap))
  else if (label === 'list') {
    const list = madeIn(found.lists, number, newList)
    if (!isPacked) list.push(readValue(reader, type))
    else
      for (const packed = new WireReader(reader.bytes()); !packed.isAtEnd;) {
        list.push(readValue(packed, type))
      }
  } else if (isMessage(type)) madeIn(found.parts, number, newParts).push(reader.bytes())
  else found.scalars.set(number, readValue(reader, type))
}

/** An entry of a map is a message of a key and a value, either of which may be missing. */
function readEntry(bytes: Uint8Array, type: string, map: Map<string, unknown>): void {
  const reader = new WireReader(bytes)
  let key = ''
  let value: unknown = zeroOf(type)
  while (!reader.isAtEnd) {
    const tag = reader.tag('Entry')
    if (tag.number === 1) key = reader.text()
    else if (tag.number === 2) value = readValue(reader, type)
    else reader.skip(tag)
  }
  map.set(key, value)
}

function readValue(reader: WireReader, type: string): unknown {
  switch (type) {
    case 'string':
      return reader.text()
    case 'bytes':
      return encodeBase64(reader.bytes())
    case 'bool':
      return reader.varint() !== 0n
    case 'int32':
      return reader.int32()
    case 'int64':
      return reader.int64()
    default:
      return decodeType(type, [reader.bytes()])
  }
}

function decodeType(type: string, parts: readonly Uint8Array[]): unknown {
  const message = messageNamed(type)
  return message === undefined ? specialMessage(type, parts) : decodeMessage(message, parts)
}

/** The members that a field has in JSON: one, none, or those of an inline message. */
function jsonOf(field: Field, found: Found): readonly (readonly [string, unknown])[] {
  const value = valueOf(field, found)
  if (value === undefined || value === null) return []
  return field.presence === 'inline' ? Object.entries(value) : [[field.name, value]]
}

function valueOf({ number, type, label, presence }: Field, found: Found): unknown {
  if (label === 'list') return found.lists.get(number)
  if (label === 'map') {
    const map = found.maps.get(number)
    return map === undefined ? undefined : Object.fromEntries(map)
  }
  if (isMessage(type)) {
    const parts = found.parts.get(number)
    return parts === undefined && presence === 'pointer' ? undefined : decodeType(type, parts ?? [])
  }
  const value = found.scalars.get(number)
  if (presence === 'pointer') return value
  const zero = zeroOf(type)
  return presence === 'always' ? (value ?? zero) : value === zero ? undefined : value
}

function zeroOf(type: string): unknown {
  switch (type) {
    case 'string':
    case 'bytes':
      return ''
    case 'bool':
      return false
    case 'int32':
    case 'int64':
      return 0
    default:
      return decodeType(type, [])
  }
}

function isVarintType(type: string): boolean {
  return type === 'bool' || type === 'int32' || type === 'int64'
}

function isMessage(type: string): boolean {
  return type.includes('.')
}

function madeIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key)
  if (present !== undefined) return present
  const made = make()
  map.set(key, made)
  return made
}

const newMap = (): Map<string, unknown> => new Map()
const newList = (): unknown[] => []
const newParts = (): Uint8Array[] => []

/** Close to the name of the Go field: that of `podIP` is `PodIP`. */
function goName(name: string): string {
  if (name === 'metadata') return 'ObjectMeta'
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}
