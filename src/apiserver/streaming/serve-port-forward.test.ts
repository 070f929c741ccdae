import { Buffer } from 'node:buffer'
import { constants, deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ApiError } from '../../api/api-error.ts'
import type { PodAccess, PortSink } from '../../api/pod-access.ts'
import type { ByteStreamHandlers, UpgradeRequest } from '../../world/http-server.ts'
import { newVirtualClock } from '../../world/virtual-clock.ts'
import { servePortForward } from './serve-port-forward.ts'
import { SPDY_DICTIONARY } from './spdy/dictionary.ts'
import { FRAME, FrameReader, controlFrame, dataFrame } from './spdy/frames.ts'

/** A client whose bytes are played, and a pod whose ports take everything. */
function forward(refusal?: Error) {
  const errors: unknown[] = []
  const told: string[] = []
  const clock = newVirtualClock()
  const replies: string[] = []
  const written: string[] = []
  let client: ByteStreamHandlers | undefined
  const reader = new FrameReader({
    onControl: ({ type, payload }) => {
      if (type === FRAME.RST_STREAM) replies.push(`reset ${Buffer.from(payload).readUInt32BE(0)}`)
    },
    onData: (id, bytes) => told.push(`${id} ${Buffer.from(bytes).toString()}`),
  })
  const request = {
    headers: { upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'portforward.k8s.io' },
    acceptStream: (_headers: unknown, handlers: ByteStreamHandlers) => {
      client = handlers
      return {
        write: (bytes: Uint8Array) => {
          reader.receive(bytes)
          return true
        },
        end: ignore,
        destroy: ignore,
        pause: ignore,
        resume: ignore,
      }
    },
  }
  const access = {
    openPort: async (_target: unknown, port: number, _sink: PortSink) => {
      if (refusal !== undefined) throw refusal
      return {
        write: (bytes: Uint8Array) => {
          written.push(`${port} ${bytes.length}`)
          return true
        },
        end: ignore,
        pause: ignore,
        resume: ignore,
        stop: ignore,
      }
    },
  }
  servePortForward(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no more of a request is used
    request as unknown as UpgradeRequest,
    { target: { namespace: 'default', name: 'web', uid: 'uid' } },
    {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no more of a node is used
      access: access as unknown as PodAccess,
      clock,
      onError: (error) => errors.push(error),
    },
  )
  let isFirst = true
  return {
    clock,
    errors,
    told,
    replies,
    written,
    receive: (bytes: Uint8Array) => client?.onData(bytes),
    open: (id: number, type: 'data' | 'error', requestId = 'one') => {
      const block = headerBlock({ streamtype: type, port: '80', requestid: requestId })
      const prefix = Buffer.from([0, 0])
      const bytes = Buffer.concat([prefix, isFirst ? compressed(block) : stored(block)])
      isFirst = false
      client?.onData(controlFrame(FRAME.SYN_STREAM, [id, 0], bytes))
    },
  }
}

function ignore(): void {}

const RESET_BY_CLIENT = 5

test('what comes before the second stream reaches the port, as long as it is little', async () => {
  const { open, receive, replies, written, clock } = forward()
  open(1, 'data')
  receive(dataFrame(1, new Uint8Array(100_000), false))
  receive(dataFrame(1, new Uint8Array(100_000), false))
  open(3, 'error')
  await clock.advance(0)
  expect(written).toEqual(['80 100000', '80 100000'])
  expect(replies).toEqual([])
})

test.each([
  ['more', 3, 100_000],
  ['many small pieces', 1_100, 1],
])('%s of it ends the pair', async (_name, count, length) => {
  const { open, receive, replies, written, clock } = forward()
  open(1, 'data')
  for (let sent = 0; sent < count; sent++) receive(dataFrame(1, new Uint8Array(length), false))
  expect(replies).toEqual(['reset 1'])
  open(3, 'error')
  await clock.advance(0)
  expect(written).toEqual([])
})

test.each(['data', 'error'] as const)(
  'a %s stream that the client resets leaves nothing to wait for its second',
  async (type) => {
    const { open, receive, replies, clock } = forward()
    for (let id = 1; id <= 2_001; id += 2) {
      open(id, type, `request ${id}`)
      receive(controlFrame(FRAME.RST_STREAM, [id, RESET_BY_CLIENT]))
    }
    expect(clock.timerCount).toBe(0)
    await clock.advance(60_000)
    expect(replies).toEqual([])
  },
)

test('a refusal is told on the error stream; a fault of ours is told to us, and not to the client', async () => {
  const fault = new TypeError('x is undefined')
  for (const refusal of [new ApiError('InternalError', 'nobody listens'), fault]) {
    const { open, told, errors, clock } = forward(refusal)
    open(1, 'error')
    open(3, 'data')
    await clock.advance(0)
    const text = refusal === fault ? 'Internal error occurred: see the log' : 'nobody listens'
    expect(told).toContain(`1 error forwarding port 80 to pod web, uid uid: ${text}`)
    expect(errors).toEqual(refusal === fault ? [fault] : [])
  }
})

function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  const texts = Object.entries(headers).flat()
  const parts = texts.flatMap((text) => [uint32(text.length), Buffer.from(text)])
  return Buffer.concat([uint32(Object.keys(headers).length), ...parts])
}

/** The beginning of a zlib stream (RFC 1950). */
function compressed(block: Buffer): Buffer {
  return deflateSync(block, { dictionary: SPDY_DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH })
}

/** It goes on with a block that is not compressed (RFC 1951 section 3.2.4). */
function stored(block: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt16LE(block.length, 1)
  head.writeUInt16LE(0xffff - block.length, 3)
  return Buffer.concat([head, block])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
