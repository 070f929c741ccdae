import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatenate } from '../../../base/concatenate.ts'
import { FrameReader, MESSAGE_BYTES_MAX } from './frame-reader.ts'
import { encodeFrame, OPCODE } from './frames.ts'

/** What a reader says of these pieces, a line for each call. */
function read(pieces: readonly Uint8Array[]): string[] {
  const said: string[] = []
  const reader = new FrameReader({
    onText: (text) => void said.push(`text ${text}`),
    onBinary: (bytes) => void said.push(`binary ${bytes.join(' ')}`),
    onPing: (bytes) => void said.push(`ping ${bytes.join(' ')}`),
    onPong: () => void said.push('pong'),
    onClose: (code) => void said.push(`close ${code}`),
    onFault: (code, fault) => void said.push(`fault ${code}: ${fault}`),
  })
  for (const piece of pieces) reader.feed(piece)
  return said
}

/** A frame of a server with the length in the shortest form. */
function frame(first: number, payload: Uint8Array): Uint8Array {
  const { length } = payload
  const head = new Uint8Array(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  const view = new DataView(head.buffer)
  head[0] = first
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127
  if (head.length === 4) view.setUint16(2, length)
  if (head.length === 10) view.setBigUint64(2, BigInt(length))
  return concatenate([head, payload])
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

test('fragments are one message, with control frames between them', () => {
  const said = read([
    frame(0x01, bytesOf('grü')),
    frame(0x89, bytesOf('p')),
    frame(0x00, bytesOf('ß')),
    frame(0x8a, bytesOf('')),
    frame(0x80, bytesOf(' dich')),
    frame(0x82, Uint8Array.of(255)),
    frame(0x88, Uint8Array.of(0x03, 0xe9)),
    frame(0x81, bytesOf('never read')),
  ])
  expect(said).toEqual(['ping 112', 'pong', 'text grüß dich', 'binary 255', 'close 1001'])
})

test('a character may be cut by fragments, and not by the end of a message', () => {
  const [first, second] = [bytesOf('ü').subarray(0, 1), bytesOf('ü').subarray(1)]
  expect(read([frame(0x01, first), frame(0x80, second)])).toEqual(['text ü'])
  expect(read([frame(0x81, first)])).toEqual(['fault 1007: a text is not valid UTF-8'])
})

test.each([125, 126, 65_535, 65_536, MESSAGE_BYTES_MAX])('a text of %i bytes is read', (length) => {
  expect(read([frame(0x81, bytesOf('x'.repeat(length)))])).toEqual([`text ${'x'.repeat(length)}`])
})

test('fragments together are bounded as one frame is', () => {
  const half = new Uint8Array(MESSAGE_BYTES_MAX / 2)
  const said = read([frame(0x02, half), frame(0x00, half), frame(0x00, Uint8Array.of(1))])
  expect(said).toEqual(['fault 1009: a message is longer than 1048576 bytes'])
})

test('it does not matter how the bytes are cut, whatever they are', () => {
  const valid = fc
    .record({
      first: fc.constantFrom(0x81, 0x82, 0x01, 0x00, 0x80, 0x89, 0x8a, 0x88, 0xc1, 0x83),
      payload: fc.uint8Array({ maxLength: 130 }),
    })
    .map(({ first, payload }) => frame(first, payload))
  const stream = fc
    .array(fc.oneof(valid, fc.uint8Array({ maxLength: 12 })), { maxLength: 8 })
    .map(concatenate)
  fc.assert(
    fc.property(stream, fc.array(fc.nat(200)), (bytes, cuts) => {
      const whole = read([bytes])
      const at = [
        0,
        ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b),
        bytes.length,
      ]
      const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      expect(read(pieces)).toEqual(whole)
      expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole)
    }),
    { numRuns: 500 },
  )
})

test('a frame of the client is masked, and a server reads it back', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 70_000, size: 'max' }),
      fc.integer({ min: 0, max: 0xffff_ffff }),
      (payload, mask) => {
        const bytes = encodeFrame(OPCODE.binary, payload, mask)
        const start = bytes.length - payload.length
        const key = bytes.subarray(start - 4, start)
        const unmasked = bytes.subarray(start).map((byte, index) => byte ^ key[index % 4]!)
        const head = Uint8Array.of(bytes[0]!, bytes[1]! & 0x7f, ...bytes.subarray(2, start - 4))
        expect((bytes[1]! & 0x80) !== 0).toBe(true)
        expect(new DataView(key.slice().buffer).getUint32(0)).toBe(mask)
        expect(read([head, unmasked])).toEqual([`binary ${payload.join(' ')}`])
      },
    ),
    { numRuns: 30 },
  )
})
