import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { CompressedPart } from '../files.ts'

/** In the threads that Node has for files: the event loop goes on. */
export async function appendDecompressed(
  { path, offset, size, format }: CompressedPart,
  to: string,
): Promise<void> {
  // Only now: most that reads files decompresses none.
  const { createGunzip, createZstdDecompress } = await import('node:zlib')
  await pipeline(
    createReadStream(path, { start: offset, end: offset + size - 1 }),
    format === 'gzip' ? createGunzip() : createZstdDecompress(),
    createWriteStream(to, { flags: 'a' }),
  )
}
