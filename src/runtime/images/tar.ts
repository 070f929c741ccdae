import { concatenate } from '../../base/concatenate.ts'

/** Bytes by their place: of a file, or of a part of one. */
export interface ByteSource {
  readonly size: number
  /** Fewer than asked for only at the end. */
  read(offset: number, bytesMax: number): Promise<Uint8Array>
}

export type TarType = 'file' | 'directory' | 'link' | 'hard-link' | 'other'

/** One member of an archive. */
export interface TarEntry {
  /** As it stands there. */
  readonly name: string
  readonly type: TarType
  /** Of both kinds of link. */
  readonly target: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Since 1970. */
  readonly modifiedMs: number
  /** Where its content is in the source. */
  readonly offset: number
  readonly size: number
}

/** What is no tar archive, or one that ends too early. */
export class TarError extends Error {
  override readonly name = 'TarError'
}

const BLOCK = 512

/** Names and attributes in records of their own are short; more is an attack. */
const RECORD_BYTES_MAX = 1024 * 1024

/**
 * The members of a tar archive in order: POSIX ustar with pax records, and GNU's long names (tar(5)). Sparse files are
 * not known.
 */
export async function* readTar(source: ByteSource): AsyncGenerator<TarEntry> {
  let offset = 0
  let attributes: Readonly<Record<string, string>> = {}
  for (;;) {
    const header = await source.read(offset, BLOCK)
    if (header.length === 0) return
    if (header.length < BLOCK) throw new TarError('the archive ends inside a header')
    if (header.every((byte) => byte === 0)) return
    checkSum(header)
    const type = String.fromCharCode(header[156] ?? 0)
    const ownSize = numberOf(header, 124, 12)
    const content = offset + BLOCK
    const isRecord = 'xgLK'.includes(type)
    const size = isRecord ? ownSize : sizeOf(attributes, ownSize)
    if (content + size > source.size) throw new TarError('the archive ends inside a file')
    offset = content + Math.ceil(size / BLOCK) * BLOCK
    if (isRecord) {
      const record = await readRecord(source, content, size)
      attributes = { ...attributes, ...attributesOf(type, record) }
      continue
    }
    yield entryOf(header, attributes, { type, offset: content, size })
    attributes = {}
  }
}

function sizeOf(attributes: Readonly<Record<string, string>>, ownSize: number): number {
  const size = attributes['size'] === undefined ? ownSize : Number(attributes['size'])
  if (Number.isSafeInteger(size) && size >= 0) return size
  throw new TarError('the archive has a file of an impossible size')
}

async function readRecord(source: ByteSource, offset: number, size: number): Promise<Uint8Array> {
  if (size > RECORD_BYTES_MAX) throw new TarError('the archive has a name that is too long')
  return source.read(offset, size)
}

function attributesOf(type: string, record: Uint8Array): Readonly<Record<string, string>> {
  switch (type) {
    case 'L':
      return { path: textOf(record, 0, record.length) }
    case 'K':
      return { linkpath: textOf(record, 0, record.length) }
    case 'x':
      return paxAttributes(record)
    default:
      // Of all members that follow (`g`): times and comments, nothing that is used here.
      return {}
  }
}

/** Records `LENGTH KEY=VALUE\n`, the length in bytes and of the whole record. */
function paxAttributes(record: Uint8Array): Readonly<Record<string, string>> {
  const attributes: [string, string][] = []
  let start = 0
  while (start < record.length) {
    const space = record.indexOf(0x20, start)
    const length = Number(decoder.decode(record.subarray(start, Math.max(start, space))))
    if (space === -1 || !Number.isInteger(length) || length <= 0) break
    const text = decoder.decode(record.subarray(space + 1, start + length - 1))
    const equals = text.indexOf('=')
    if (equals > 0) attributes.push([text.slice(0, equals), text.slice(equals + 1)])
    start += length
  }
  return Object.fromEntries(attributes)
}

function entryOf(
  header: Uint8Array,
  attributes: Readonly<Record<string, string>>,
  { type, offset, size }: { readonly type: string; readonly offset: number; readonly size: number },
): TarEntry {
  const prefix = textOf(header, 257, 5) === 'ustar' ? textOf(header, 345, 155) : ''
  const short = textOf(header, 0, 100)
  const name = attributes['path'] ?? (prefix === '' || isGnu(header) ? short : `${prefix}/${short}`)
  return {
    name,
    type: typeOf(type, name),
    target: attributes['linkpath'] ?? textOf(header, 157, 100),
    mode: numberOf(header, 100, 8) & 0o7777,
    uid: Number(attributes['uid'] ?? numberOf(header, 108, 8)),
    gid: Number(attributes['gid'] ?? numberOf(header, 116, 8)),
    modifiedMs: Math.round(Number(attributes['mtime'] ?? numberOf(header, 136, 12)) * 1_000),
    offset,
    size,
  }
}

/** GNU tar keeps times where POSIX has the prefix. */
function isGnu(header: Uint8Array): boolean {
  return textOf(header, 257, 8).startsWith('ustar  ')
}

function typeOf(type: string, name: string): TarType {
  switch (type) {
    case '0':
    case '7':
      return 'file'
    case '\0':
      return name.endsWith('/') ? 'directory' : 'file'
    case '1':
      return 'hard-link'
    case '2':
      return 'link'
    case '5':
      return 'directory'
    default:
      return 'other'
  }
}

function checkSum(header: Uint8Array): void {
  const stored = numberOf(header, 148, 8)
  const sum = header.reduce(
    (total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte),
    0,
  )
  if (sum !== stored) throw new TarError('this is no tar archive, or a damaged one')
}

/** Octal digits, or a big-endian number behind a first byte of 0x80 (GNU). */
function numberOf(header: Uint8Array, start: number, length: number): number {
  const field = header.subarray(start, start + length)
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const [first = 0, ...rest] = field
    return rest.reduce((total, byte) => total * 256 + byte, first & 0x7f)
  }
  const digits = textOf(header, start, length).trim()
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

function textOf(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length)
  const end = field.indexOf(0)
  return decoder.decode(end === -1 ? field : field.subarray(0, end))
}

const decoder = new TextDecoder()

/** All of a part of a source; refuses one that is longer than what a description may be. */
export async function readAll(source: ByteSource, bytesMax: number): Promise<Uint8Array> {
  if (source.size > bytesMax) throw new TarError(`a description is longer than ${bytesMax} bytes`)
  const parts: Uint8Array[] = []
  for (let offset = 0; offset < source.size;) {
    const bytes = await source.read(offset, source.size - offset)
    if (bytes.length === 0) break
    parts.push(bytes)
    offset += bytes.length
  }
  return concatenate(parts)
}
