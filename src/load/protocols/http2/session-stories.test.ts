import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatenate } from '../../../base/concatenate.ts'
import {
  encodeFrame,
  encodeGoAway,
  encodeResetStream,
  encodeSettings,
  ERROR,
  FRAME,
} from '../../../base/http2-frames.ts'
import { encodeHeaderBlock } from './hpack-encoder.ts'
import { dataFrame, OK_HEAD } from './testing/frame-server.ts'
import { endOf, play, writtenBy } from './testing/session-run.ts'
import { head, rawFrame as frame, STORIES } from './testing/session-stories.ts'

const HELLO = encodeSettings([])
const PING = frame(FRAME.ping, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

describe('what a server sends', () => {
  test.each(STORIES)('$name', ({ frames, ends, breaks, resets }) => {
    const run = play(concatenate([HELLO, ...frames]))
    expect(run.answers.map(endOf)).toEqual(ends)
    const written = writtenBy(run)
    const goAways = written.flatMap((sent) => (sent.type === 'go-away' ? [sent.code] : []))
    expect(goAways).toEqual(breaks === undefined ? [] : [breaks])
    expect(run.broken === undefined).toBe(breaks === undefined)
    const reset = written.find((sent) => sent.type === 'reset-stream' && sent.stream === 1)
    expect(reset?.type === 'reset-stream' ? reset.code : undefined).toBe(resets)
  })

  test('means the same wherever it is split', () => {
    for (const { frames, ends } of STORIES) {
      const bytes = concatenate([HELLO, ...frames])
      const step = Math.ceil(bytes.length / 300)
      for (let at = 0; at < bytes.length; at += step) {
        expect(play(bytes, [at]).answers.map(endOf)).toEqual(ends)
      }
      if (bytes.length > 5_000) continue
      const pieces = Array.from(bytes, () => 1)
      expect(play(bytes, pieces).answers.map(endOf)).toEqual(ends)
    }
  })

  test('begins with SETTINGS, whatever else it is', () => {
    for (const first of [head(), PING, frame(FRAME.settings, 1, 0)]) {
      expect(play(first).answers.map(endOf)).toEqual(['malformed', 'malformed'])
    }
  })

  test('may not go on with a stream that has ended', () => {
    const run = play(concatenate([HELLO, head(1, true), dataFrame(1, 1)]))
    expect(run.answers.map(endOf)).toEqual(['200 0', 'malformed'])
    expect(writtenBy(run).at(-1)).toMatchObject({ type: 'go-away', code: ERROR.streamClosed })
  })

  test('of a stream that it has reset is answered once, and then ignored', () => {
    const run = play(concatenate([HELLO, encodeResetStream(1, 2), head(), head(), head(3, true)]))
    expect(run.answers.map(endOf)).toEqual(['reset', '200 0'])
    const resets = writtenBy(run).filter(({ type }) => type === 'reset-stream')
    expect(resets).toEqual([{ type: 'reset-stream', stream: 1, code: ERROR.streamClosed }])
  })

  test('ends streams as lost when the connection does, and tells which had begun', () => {
    const cut = concatenate([HELLO, head(1), head(3).subarray(0, 9)])
    const failures = play(cut).answers.map(({ failure }) => failure)
    const lost = { kind: 'lost', isAfterGoAway: false }
    expect(failures).toEqual([
      { ...lost, hasFirstByte: true },
      { ...lost, hasFirstByte: true },
    ])
    const early = play(concatenate([HELLO, encodeGoAway(3, 0)])).answers[0]
    expect(early?.failure).toEqual({ kind: 'lost', hasFirstByte: false, isAfterGoAway: true })
  })
})

const randomFrame = fc
  .record({
    type: fc.integer({ min: 0, max: 11 }),
    flags: fc.constantFrom(0, 1, 4, 5, 8, 9, 12, 13, 32, 37, 255),
    stream: fc.constantFrom(0, 1, 1, 3, 3, 5, 2, 0x7fff_ffff),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.constant(encodeHeaderBlock(OK_HEAD)),
      fc.constant(encodeHeaderBlock([['a', 'b']])),
    ),
  })
  .map(({ type, ...rest }) => encodeFrame(type, rest))

test('whatever frames come in whatever pieces, each stream ends once and nothing is thrown', () => {
  fc.assert(
    fc.property(
      fc.array(randomFrame, { maxLength: 12 }),
      fc.array(fc.nat(30), { maxLength: 8 }),
      (frames, pieces) => {
        const run = play(concatenate([HELLO, ...frames]), pieces)
        expect(run.answers.map(({ ends }) => ends)).toEqual([1, 1])
        expect(run.session.streamCount).toBe(0)
      },
    ),
    { numRuns: 5_000 },
  )
})

test('whatever bytes come, each stream ends once and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(play(bytes).answers.map(({ ends }) => ends)).toEqual([1, 1])
    }),
    { numRuns: 2_000 },
  )
})
