import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { zstdFrames } from './zstd-frames.ts'

function sourceOf(bytes: Uint8Array) {
  return {
    size: bytes.length,
    read: async (offset: number, bytesMax: number) => bytes.subarray(offset, offset + bytesMax),
  }
}

async function textOf(bytes: Uint8Array): Promise<string> {
  let text = ''
  for await (const { offset, size } of zstdFrames(sourceOf(bytes))) {
    text += zstdDecompressSync(bytes.subarray(offset, offset + size)).toString()
  }
  return text
}

/** Enough for several blocks; text that repeats makes compressed ones and runs, noise raw ones. */
const noise = Array.from({ length: 200_000 }, (_, index) => (index * 7_919) % 9_973).join(' ')
const plain = 'a'.repeat(400_000)
const SKIPPABLE = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }

test.each([
  ['one frame', [zstdCompressSync('one')], 'one'],
  ['an empty one', [zstdCompressSync('')], ''],
  ['long ones', [zstdCompressSync(plain), zstdCompressSync(noise)], plain + noise],
  ['checksums', [zstdCompressSync(noise, withChecksum), zstdCompressSync('2')], `${noise}2`],
  ['frames to skip', [SKIPPABLE, zstdCompressSync('1'), SKIPPABLE, zstdCompressSync('2')], '12'],
])('%s are found', async (_, frames, text) => {
  expect(await textOf(Buffer.concat(frames))).toBe(text)
})

test.each([
  ['cut off', zstdCompressSync(noise).subarray(0, -1), 'ends inside a frame'],
  ['cut off in a header', zstdCompressSync('one').subarray(0, 5), 'ends inside a frame'],
  [
    'followed by something else',
    Buffer.concat([zstdCompressSync('1'), SKIPPABLE.subarray(1)]),
    'not wholly',
  ],
])('what is %s is told', async (_, bytes, message) => {
  await expect(textOf(bytes)).rejects.toThrow(message)
})
