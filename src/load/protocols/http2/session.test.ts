import { describe, expect, test } from 'vitest'
import { concatenate } from '../../../base/concatenate.ts'
import {
  encodeGoAway,
  encodeSettings,
  encodeWindowUpdate,
  ERROR,
  FRAME,
  SETTING,
} from '../../../base/http2-frames.ts'
import type { Field } from './hpack-static-table.ts'
import { dataFrame, OK_HEAD } from './testing/frame-server.ts'
import { endOf, play, post, SessionRun, writtenBy } from './testing/session-run.ts'
import { head, rawFrame as frame } from './testing/session-stories.ts'

const HELLO = encodeSettings([])
const PING = frame(FRAME.ping, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

describe('a session', () => {
  test('says at once that it speaks HTTP/2, refuses pushes and uses no dynamic table', () => {
    const run = new SessionRun()
    run.request()
    expect(run.written).toHaveLength(1)
    const frames = writtenBy(run)
    expect(frames.map(({ type }) => type)).toEqual(['settings', 'window-update', 'headers'])
    expect(frames[0]).toMatchObject({ settings: expect.arrayContaining([[SETTING.enablePush, 0]]) })
    expect(frames[2]).toMatchObject({ stream: 1, endStream: true, endHeaders: true })
    const [, , request] = frames
    expect(request?.type === 'headers' && request.fragment[0]).toBe(0x20)
  })

  test('acknowledges SETTINGS and answers PING, in one write for one turn', () => {
    const run = new SessionRun()
    run.request()
    run.session.receive(concatenate([HELLO, frame(FRAME.ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)]))
    expect(run.written).toHaveLength(2)
    const [settingsAnswer, pingAnswer] = writtenBy(run).slice(-2)
    expect(settingsAnswer).toMatchObject({ type: 'settings', isAcknowledgment: true })
    expect(pingAnswer).toMatchObject({
      type: 'ping',
      opaque: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    })
  })

  test('keeps to MAX_CONCURRENT_STREAMS, and to a change of it', () => {
    const run = new SessionRun()
    expect(run.session.capacity).toBe(Infinity)
    run.session.receive(encodeSettings([[SETTING.maxConcurrentStreams, 2]]))
    run.request()
    expect(run.session.capacity).toBe(1)
    run.request()
    expect(run.session.capacity).toBe(0)
    run.session.receive(
      concatenate([head(1, true), encodeSettings([[SETTING.maxConcurrentStreams, 1]])]),
    )
    expect(run.session.capacity).toBe(0)
    run.session.receive(head(3, true))
    expect(run.session.capacity).toBe(1)
  })

  test('takes no streams after GOAWAY', () => {
    const run = new SessionRun()
    run.request()
    run.session.receive(concatenate([HELLO, encodeGoAway(1, 0)]))
    expect([run.session.capacity, run.session.isDraining, run.goAways]).toEqual([0, true, 1])
  })

  test('sends bodies as far as the windows reach, a frame of each in turn', () => {
    const run = new SessionRun()
    run.session.receive(encodeSettings([[SETTING.initialWindowSize, 20_000]]))
    const before = writtenBy(run).length
    run.request(post(new Uint8Array(50_000)))
    run.request(post(new Uint8Array(50_000)))
    const sizes = () =>
      writtenBy(run)
        .slice(before)
        .flatMap((sent) => (sent.type === 'data' ? [[sent.stream, sent.data.length]] : []))
    expect(sizes()).toEqual([
      [1, 16_384],
      [1, 3_616],
      [3, 16_384],
      [3, 3_616],
    ])
    run.session.receive(encodeWindowUpdate(1, 1_000_000))
    // The connection's window of 65,535 is what is left now.
    expect(sizes().slice(4)).toEqual([
      [1, 16_384],
      [1, 9_151],
    ])
    run.session.receive(encodeWindowUpdate(0, 1_000_000))
    expect(sizes().slice(6)).toEqual([[1, 4_465]])
    // Smaller windows may be negative, and open later.
    run.session.receive(encodeSettings([[SETTING.initialWindowSize, 0]]))
    run.session.receive(encodeWindowUpdate(3, 20_000))
    expect(sizes()).toHaveLength(7)
    run.session.receive(encodeWindowUpdate(3, 30_000))
    const sent = sizes().reduce((sum, [, size]) => sum + size!, 0)
    expect(sent).toBe(100_000)
    const last = writtenBy(run).at(-1)
    expect(last).toMatchObject({ type: 'data', stream: 3, endStream: true })
  })

  test('stops sending a body when the socket takes no more, and goes on when it does', () => {
    const run = new SessionRun()
    run.session.receive(
      concatenate([
        encodeSettings([[SETTING.initialWindowSize, 10_000_000]]),
        encodeWindowUpdate(0, 10_000_000),
      ]),
    )
    run.takes = false
    run.request(post(new Uint8Array(5_000_000)))
    const bytes = () => run.written.reduce((sum, { length }) => sum + length, 0)
    expect(bytes()).toBeLessThan(300_000)
    run.takes = true
    run.session.onDrain()
    expect(bytes()).toBeGreaterThan(5_000_000)
  })

  test('the memory of a large body is not kept for as long as the connection is there', () => {
    const run = new SessionRun()
    run.request(post(new Uint8Array(60_000)))
    expect(run.written.at(-1)!.buffer.byteLength).toBeGreaterThan(65_536)
    run.request()
    expect(run.written.at(-1)!.buffer.byteLength).toBeLessThanOrEqual(65_536)
    expect(writtenBy(run).filter(({ type }) => type === 'headers')).toHaveLength(2)
  })

  test('takes an answer that is whole before the request is, and sends no more of it', () => {
    const run = new SessionRun()
    const answer = run.request(post(new Uint8Array(100_000)))
    run.session.receive(concatenate([HELLO, head(1, true), encodeWindowUpdate(0, 100_000)]))
    expect(endOf(answer)).toBe('200 0')
    expect(writtenBy(run).at(-1)).toEqual({ type: 'reset-stream', stream: 1, code: ERROR.cancel })
  })

  test('opens its windows again, and holds the peer to them', () => {
    const run = new SessionRun()
    run.request()
    run.session.receive(concatenate([HELLO, head()]))
    for (let index = 0; index < 2_000; index++) run.session.receive(dataFrame(1, 16_384))
    const updates = writtenBy(run).filter(({ type }) => type === 'window-update')
    expect(
      updates.filter((sent) => sent.type === 'window-update' && sent.stream === 1).length,
    ).toBeGreaterThan(50)
    expect(run.broken).toBeUndefined()
    expect(run.answers[0]?.body).toBe(2_000 * 16_384)
  })

  test('ends as many streams as a peer wishes to name in vain, with bounded memory of them', () => {
    const run = new SessionRun()
    run.session.receive(HELLO)
    for (let index = 0; index < 10_000; index++) {
      run.request()
      run.session.cancel(index * 2 + 1)
    }
    run.session.receive(head(1, true))
    run.session.receive(head(19_999, true))
    expect(run.broken).toBeUndefined()
  })

  test('does not let a peer that takes nothing make it answer without end', () => {
    const run = new SessionRun()
    run.takes = false
    run.request()
    run.session.receive(HELLO)
    const flood = concatenate(Array.from({ length: 2_000 }, () => PING))
    run.session.receive(flood)
    expect(run.broken).toContain('flood')
    expect(endOf(run.answers[0]!)).toBe('malformed')
  })

  test('tells of a head that is longer than its bounds, and goes on', () => {
    const long: Field[] = Array.from({ length: 300 }, (_, index) => [`x-${index}`, 'y'])
    const run = play(concatenate([HELLO, head(1, true, [...OK_HEAD, ...long]), head(3, true)]))
    expect(run.answers.map(endOf)).toEqual(['malformed', '200 0'])
  })
})
