import { Buffer } from 'node:buffer'
import { deflateSync, constants } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ByteStreamHandlers } from '../../../world/http-server.ts'
import { SPDY_DICTIONARY } from './dictionary.ts'
import { FLAG_FIN, FRAME, FrameReader, controlFrame, dataFrame } from './frames.ts'
import { openSpdySession, type SpdyStream } from './session.ts'

/** A session whose transport is played. */
function play({ isRefusing = false } = {}) {
  const seen: string[] = []
  const sent: Uint8Array[] = []
  const transport = { isFull: false, state: 'open', isPaused: false }
  const streams: SpdyStream[] = []
  let client: ByteStreamHandlers | undefined
  const session = openSpdySession(
    (handlers) => {
      client = handlers
      return {
        write: (bytes) => {
          sent.push(bytes)
          return !transport.isFull
        },
        end: () => (transport.state = 'ended'),
        destroy: () => (transport.state = 'destroyed'),
        pause: () => (transport.isPaused = true),
        resume: () => (transport.isPaused = false),
      }
    },
    {
      onStream: (stream) => {
        streams.push(stream)
        if (isRefusing) return undefined
        return {
          onData: (bytes) => seen.push(`${stream.id} ${Buffer.from(bytes).toString()}`),
          onEnd: () => seen.push(`${stream.id} end`),
          onReset: () => seen.push(`${stream.id} reset`),
        }
      },
      onDrain: () => seen.push('drain'),
      onClose: () => seen.push('close'),
    },
  )
  const replies = () => {
    const frames: string[] = []
    const reader = new FrameReader({
      onControl: ({ type, payload }) =>
        frames.push(`${type}: ${Buffer.from(payload.subarray(0, 8)).toString('hex')}`),
      onData: (id, bytes, isLast) =>
        frames.push(`data ${id} ${bytes.length}${isLast ? ' last' : ''}`),
    })
    for (const bytes of sent.splice(0)) reader.receive(bytes)
    return frames
  }
  return {
    session,
    seen,
    transport,
    streams,
    replies,
    receive: (bytes: Uint8Array) => client?.onData(bytes),
    drain: () => client?.onDrain(),
  }
}

function synStream(id: number, headers: Readonly<Record<string, string>>, flags = 0): Uint8Array {
  const texts = Object.entries(headers)
    .flat()
    .map((text) => Buffer.from(text))
  const parts = texts.flatMap((text) => [uint32(text.length), text])
  const block = Buffer.concat([uint32(Object.keys(headers).length), ...parts])
  // Alone it is a whole stream; only the first of a session can be made like this.
  const deflated = deflateSync(block, {
    dictionary: SPDY_DICTIONARY,
    finishFlush: constants.Z_SYNC_FLUSH,
  })
  const frame = controlFrame(
    FRAME.SYN_STREAM,
    [id, 0],
    Buffer.concat([Buffer.from([0, 0]), deflated]),
  )
  frame[4] = flags
  return frame
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

test('a stream opens, speaks both ways and ends on both sides, wherever its bytes are cut', () => {
  const whole = Buffer.concat([
    synStream(1, { streamType: 'data', port: '80' }),
    dataFrame(1, Buffer.from('hello'), false),
    dataFrame(1, Buffer.alloc(0), true),
  ])
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 }), (cuts) => {
      const { receive, seen, streams, replies } = play()
      let at = 0
      for (const cut of cuts) receive(whole.subarray(at, (at += cut)))
      receive(whole.subarray(at))
      expect(streams[0]?.headers).toEqual({ streamtype: 'data', port: '80' })
      const text = seen
        .slice(0, -1)
        .map((line) => line.slice(2))
        .join('')
      expect([text, seen.at(-1)]).toEqual(['hello', '1 end'])
      streams[0]?.write(Buffer.alloc(40_000))
      streams[0]?.end()
      streams[0]?.write(Buffer.from('too late'))
      expect(replies()).toEqual([
        expect.stringMatching(/^2: 00000001/),
        'data 1 32768',
        'data 1 7232',
        'data 1 0 last',
      ])
    }),
  )
})

test('pings are answered, settings and windows are let pass, unknown streams too', () => {
  const { receive, replies, seen } = play()
  receive(controlFrame(FRAME.PING, [7]))
  receive(controlFrame(FRAME.PING, [8]))
  receive(controlFrame(FRAME.SETTINGS, [0]))
  receive(controlFrame(FRAME.WINDOW_UPDATE, [1, 1000]))
  receive(controlFrame(99, [1]))
  receive(dataFrame(5, Buffer.from('x'), true))
  receive(controlFrame(FRAME.RST_STREAM, [5, 1]))
  expect(replies()).toEqual(['6: 00000007'])
  expect(seen).toEqual([])
})

test('a client that asks without reading is not read until it has read', () => {
  const { receive, transport, drain } = play()
  transport.isFull = true
  receive(controlFrame(FRAME.PING, [1]))
  expect(transport.isPaused).toBe(true)
  drain()
  expect(transport.isPaused).toBe(false)
})

test('who pauses is waited for, each of them', () => {
  const { session, transport } = play()
  session.pause('one')
  session.pause('two')
  session.resume('one')
  expect(transport.isPaused).toBe(true)
  session.resume('two')
  expect(transport.isPaused).toBe(false)
})

test('a stream that nobody wants is refused, a reset one forgotten', () => {
  const refusing = play({ isRefusing: true })
  refusing.receive(synStream(1, {}))
  expect(refusing.replies()).toEqual(['3: 0000000100000003'])
  const { receive, seen } = play()
  receive(synStream(1, {}, FLAG_FIN))
  receive(controlFrame(FRAME.RST_STREAM, [1, 5]))
  receive(dataFrame(1, Buffer.from('x'), false))
  expect(seen).toEqual(['1 end', '1 reset'])
})

test.each<[string, Uint8Array]>([
  ['an even stream', synStream(2, {})],
  ['another version', Buffer.from('800200010000000000', 'hex')],
  ['a control frame that is too long', Buffer.from('8003000100ffffff', 'hex')],
  ['a frame that is too short', controlFrame(FRAME.PING, [])],
  ['a block that is no zlib', controlFrame(FRAME.SYN_STREAM, [1, 0, 0, 0])],
  ['more text than headers may have', synStream(1, { a: 'x'.repeat(100_000) })],
])('%s ends the session', (_, bytes) => {
  const { receive, seen, transport, replies } = play()
  receive(bytes)
  expect(replies().at(-1)).toMatch(/^7: /)
  expect(transport.state).toBe('ended')
  expect(seen).toEqual(['close'])
  receive(Buffer.from('more'))
  expect(transport.state).toBe('destroyed')
})

test('whatever comes, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 }), (chunks) => {
      const { receive } = play()
      receive(synStream(1, { streamType: 'data' }))
      for (const chunk of chunks) receive(chunk)
      for (const chunk of chunks)
        receive(
          Uint8Array.from([0x80, 3, 0, 1 + ((chunk[0] ?? 0) % 9), 0, 0, 0, chunk.length, ...chunk]),
        )
    }),
    { numRuns: 500 },
  )
})
