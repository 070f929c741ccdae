import type { ByteSource } from './tar.ts'

/** A part that can be decompressed by itself. */
export interface Frame {
  readonly offset: number
  readonly size: number
}

const FRAME_MAGIC = 0xfd2fb528
/** The lowest four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50

/** By their flags in the header of a frame. */
const DICTIONARY_BYTES = [0, 1, 2, 4]
const CONTENT_SIZE_BYTES = [0, 2, 4, 8]

const HEADER_BYTES_MAX = 18
const CHECKSUM_BYTES = 4
const RUN_LENGTH_BLOCK = 1

/**
 * The frames of a file in the Zstandard format (RFC 8878, 3.1): Node decompresses one and leaves what follows. Frames to
 * be skipped, as those in which zstd:chunked keeps its table, are left out. Throws where there is no frame.
 */
export async function* zstdFrames(source: ByteSource): AsyncGenerator<Frame> {
  for (let offset = 0; offset < source.size;) {
    const header = await readNumbers(source, offset, HEADER_BYTES_MAX)
    const magic = numberAt(header, 0, 4)
    if (magic === FRAME_MAGIC) {
      const size = await sizeOfFrame(source, offset, header)
      yield { offset, size }
      offset += size
    } else if (magic - (magic % 16) === SKIPPABLE_MAGIC) {
      offset += 8 + numberAt(header, 4, 4)
    } else throw new Error('it is not, or not wholly, in the Zstandard format')
  }
}

async function sizeOfFrame(source: ByteSource, start: number, header: Uint8Array): Promise<number> {
  const flags = header[4] ?? 0
  const isSingleSegment = (flags & 0x20) !== 0
  const contentSizeBytes = CONTENT_SIZE_BYTES[flags >> 6] ?? 0
  let offset = start + 5
  offset += isSingleSegment ? Math.max(1, contentSizeBytes) : 1 + contentSizeBytes
  offset += DICTIONARY_BYTES[flags & 0x03] ?? 0
  for (let isLast = false; !isLast;) {
    const block = numberAt(await readNumbers(source, offset, 3), 0, 3)
    isLast = (block & 1) === 1
    offset += 3 + (((block >> 1) & 3) === RUN_LENGTH_BLOCK ? 1 : block >> 3)
  }
  const end = offset + ((flags & 0x04) === 0 ? 0 : CHECKSUM_BYTES)
  if (end > source.size) throw new Error('it ends inside a frame of the Zstandard format')
  return end - start
}

async function readNumbers(
  source: ByteSource,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  if (offset >= source.size) throw new Error('it ends inside a frame of the Zstandard format')
  return source.read(offset, length)
}

/** Little-endian. */
function numberAt(bytes: Uint8Array, start: number, length: number): number {
  let value = 0
  for (let place = length - 1; place >= 0; place--)
    value = value * 256 + (bytes[start + place] ?? 0)
  return value
}
