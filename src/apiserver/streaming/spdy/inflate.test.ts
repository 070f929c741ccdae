import { Buffer } from 'node:buffer'
import { constants, createDeflate, type Deflate } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SPDY_DICTIONARY } from './dictionary.ts'
import { Inflater } from './inflate.ts'
import { SpdyError } from './spdy-error.ts'

/** As SPDY's clients do it: one stream, flushed after each block. */
async function deflate(stream: Deflate, block: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = []
  const collect = (chunk: Buffer) => chunks.push(chunk)
  stream.on('data', collect)
  stream.write(block)
  await new Promise<void>((resolve) => stream.flush(constants.Z_SYNC_FLUSH, resolve))
  stream.off('data', collect)
  return Buffer.concat(chunks)
}

const words = fc
  .array(fc.constantFrom('accept', 'text/plain', 'port', '8080', 'streamType', 'x'.repeat(300)))
  .map((list) => Buffer.from(list.join('\0')))
const anything = fc.uint8Array({ maxLength: 4_000 })

test.each([
  ['with the dictionary', { dictionary: SPDY_DICTIONARY }],
  ['without it', {}],
  ['with fixed codes', { dictionary: SPDY_DICTIONARY, strategy: constants.Z_FIXED }],
  ['with codes alone', { strategy: constants.Z_HUFFMAN_ONLY }],
  ['stored', { level: 0 }],
])('what zlib deflates %s comes out again, block by block', async (_, options) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(words, anything), { maxLength: 5 }), async (blocks) => {
      const stream = createDeflate(options)
      const inflater = new Inflater(SPDY_DICTIONARY)
      for (const block of blocks) {
        const back = inflater.inflate(await deflate(stream, block), 100_000)
        expect(Buffer.compare(back, block)).toBe(0)
      }
      stream.destroy()
    }),
    { numRuns: 30 },
  )
})

test('a copy reaches 32 KiB back, over many blocks', async () => {
  const stream = createDeflate()
  const inflater = new Inflater(SPDY_DICTIONARY)
  for (let count = 0; count < 40; count++) {
    const block = Buffer.from(
      Array.from({ length: 999 }, (_, index) => `${index * count} `).join(''),
    )
    const back = inflater.inflate(await deflate(stream, block), 100_000)
    expect(Buffer.compare(back, block)).toBe(0)
  }
  stream.destroy()
})

test('more than is allowed is refused before it is made', async () => {
  const stream = createDeflate()
  const bomb = await deflate(stream, Buffer.alloc(10_000_000))
  stream.destroy()
  expect(() => new Inflater(SPDY_DICTIONARY).inflate(bomb, 1_000)).toThrow('too long')
})

test('whatever the bytes are, the only error is a SpdyError', () => {
  const header = [0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isHeaded) => {
      const block = isHeaded ? Uint8Array.from([...header, ...bytes]) : bytes
      try {
        new Inflater(SPDY_DICTIONARY).inflate(block, 10_000)
      } catch (error) {
        expect(error).toBeInstanceOf(SpdyError)
      }
    }),
    { numRuns: 2_000 },
  )
})
