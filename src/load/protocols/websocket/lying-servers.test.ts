import { afterEach, describe, expect, test } from 'vitest'
import type { LaneShare } from '../../plan.ts'
import type { PlanChanges } from '../../testing/load-run.ts'
import { runSessions } from '../../testing/session-run.ts'
import {
  type ClientFrame,
  closeFrame,
  RawServer,
  type RawVisit,
  serverFrame,
} from './testing/raw-server.ts'

let server: RawServer | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
})

async function runAgainst(treat: (visit: RawVisit) => void, changes: PlanChanges = {}) {
  server = new RawServer(treat)
  const port = await server.listen()
  return runSessions({ port, protocol: 'websocket', ...changes })
}

interface Lie {
  readonly name: string
  readonly treat: (visit: RawVisit) => void
  readonly end: string
  readonly changes?: PlanChanges
}

const accepting =
  (then: (visit: RawVisit) => void) =>
  (visit: RawVisit): void => {
    visit.socket.write(visit.acceptance)
    then(visit)
  }

/** Answers the client's close frame, as is due. */
const polite = (visit: RawVisit) => {
  visit.onFrame = ({ opcode, payload }) => {
    if (opcode === 8) visit.socket.end(serverFrame(8, payload))
  }
}

const saying = (...frames: readonly Buffer[]) =>
  accepting(({ socket }) => void socket.write(Buffer.concat(frames)))

const CLOSES: readonly Lie[] = [
  {
    name: 'FIN without a word',
    treat: accepting(({ socket }) => void socket.end()),
    end: 'ws-closed 1006',
  },
  {
    name: 'FIN in the middle of a frame',
    treat: accepting(({ socket }) => void socket.end(serverFrame(1, 'hello').subarray(0, 4))),
    end: 'ws-closed 1006',
  },
  {
    name: 'RST in the middle of a frame',
    treat: accepting(({ socket }) => {
      socket.write(serverFrame(1, 'hello').subarray(0, 4), () => socket.resetAndDestroy())
    }),
    end: 'ws-closed 1006',
  },
  { name: 'going away', treat: saying(closeFrame(1001)), end: 'ws-closed 1001' },
  { name: 'a restart', treat: saying(closeFrame(1012)), end: 'ws-closed 1012' },
  { name: 'a code of its own', treat: saying(closeFrame(4321)), end: 'ws-closed 4321' },
  { name: 'a normal end, too early', treat: saying(closeFrame(1000)), end: 'ws-closed 1000' },
  {
    name: 'a close frame without a code',
    treat: saying(serverFrame(8, '')),
    end: 'ws-closed 1005',
  },
  {
    name: 'silence, pings unanswered',
    treat: accepting(() => undefined),
    end: 'timeout-stalled 1006',
    changes: { session: { stallMs: 60 }, lanes: held(5_000) },
  },
]

const FAULTS: readonly Lie[] = [
  {
    name: 'a masked frame',
    treat: saying(Buffer.of(0x81, 0x81, 1, 2, 3, 4, 5)),
    end: 'malformed 1002',
  },
  { name: 'a reserved bit', treat: saying(Buffer.of(0xc1, 0)), end: 'malformed 1002' },
  { name: 'a reserved opcode', treat: saying(Buffer.of(0x83, 0)), end: 'malformed 1002' },
  { name: 'a reserved control opcode', treat: saying(Buffer.of(0x8b, 0)), end: 'malformed 1002' },
  { name: 'a ping in fragments', treat: saying(Buffer.of(0x09, 0)), end: 'malformed 1002' },
  {
    name: 'a ping of 126 bytes',
    treat: saying(serverFrame(9, 'x'.repeat(126))),
    end: 'malformed 1002',
  },
  { name: 'a continuation of nothing', treat: saying(serverFrame(0, 'x')), end: 'malformed 1002' },
  {
    name: 'a message within another',
    treat: saying(serverFrame(1, 'x', 0), serverFrame(1, 'y')),
    end: 'malformed 1002',
  },
  {
    name: 'a length that is not minimal',
    treat: saying(Buffer.of(0x81, 126, 0, 5)),
    end: 'malformed 1002',
  },
  { name: 'a code that must not be sent', treat: saying(closeFrame(1006)), end: 'malformed 1002' },
  { name: 'half a code', treat: saying(serverFrame(8, Buffer.of(3))), end: 'malformed 1002' },
  {
    name: 'a text that is not UTF-8',
    treat: saying(serverFrame(1, Buffer.of(0xff))),
    end: 'malformed 1007',
  },
  {
    name: 'a message of 2^40 bytes',
    treat: saying(Buffer.of(0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0)),
    end: 'malformed 1009',
  },
]

const OTHER_ANSWERS: readonly Lie[] = [
  {
    name: 'no upgrade',
    treat: answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    end: 'status 200',
  },
  {
    name: 'unavailable',
    treat: answering('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nhello'),
    end: 'status 503',
  },
  {
    name: 'the accept value of another key',
    treat: ({ socket, acceptance }) =>
      void socket.write(acceptance.replace(/Accept: .*/, 'Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')),
    end: 'malformed',
  },
  {
    name: 'an extension that nobody offered',
    treat: withHeader('Sec-WebSocket-Extensions: permessage-deflate'),
    end: 'malformed',
  },
  {
    name: 'a protocol that nobody offered',
    treat: withHeader('Sec-WebSocket-Protocol: chat'),
    end: 'malformed',
  },
  {
    name: 'no Upgrade header',
    treat: ({ socket, acceptance }) =>
      void socket.write(acceptance.replace('Upgrade: websocket\r\n', '')),
    end: 'malformed',
  },
  { name: 'FIN before an answer', treat: ({ socket }) => void socket.end(), end: 'eof-fresh' },
  {
    name: 'half an answer',
    treat: ({ socket }) => void socket.end('HTTP/1.1 101 Sw'),
    end: 'truncated',
  },
  {
    name: 'no answer',
    treat: () => undefined,
    end: 'timeout-no-byte',
    changes: { timeoutMs: 300 },
  },
  {
    name: 'no more than half an answer',
    treat: ({ socket }) => void socket.write('HTTP/1.1 101 Sw'),
    end: 'timeout-stalled',
    changes: { timeoutMs: 300 },
  },
  { name: 'no HTTP', treat: answering('hello, who is there?'), end: 'malformed' },
]

function answering(text: string) {
  return ({ socket }: RawVisit): void => void socket.end(text)
}

function withHeader(line: string) {
  return ({ socket, acceptance }: RawVisit): void =>
    void socket.write(acceptance.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`))
}

function held(sessionMs: number, sessions = 1): readonly LaneShare[] {
  return [{ lane: 'long', share: 0, sessions, sessionMs }]
}

describe('a session that was open and is lost', () => {
  test.each([...CLOSES, ...FAULTS])('to $name', async ({ treat, end, changes }) => {
    const { ends, report } = await runAgainst(treat, {
      lanes: held(5_000),
      requestsMax: 2,
      ...changes,
    })
    expect(ends).toEqual({ [end]: 2 })
    expect(report.sessions).toMatchObject({ opened: 2, lost: 2 })
    // The user rests for 100 ms, and no longer.
    expect(report.sessions?.reconnectMs?.max).toBeGreaterThanOrEqual(100)
  })
})

test.each(OTHER_ANSWERS)(
  'a handshake that ends with $name opens nothing',
  async ({ treat, end, changes }) => {
    const { ends, report } = await runAgainst(treat, changes)
    expect(ends).toEqual({ [end]: 1 })
    expect(report.sessions).toMatchObject({ opened: 0, lost: 0 })
  },
)

describe('a session that is held to its end', () => {
  test('is ok, and ends with a close frame of code 1000; every frame is masked', async () => {
    const frames: ClientFrame[] = []
    const { ends, report } = await runAgainst(
      accepting((visit) => {
        visit.socket.write(serverFrame(9, 'are you there?'))
        visit.onFrame = (frame) => {
          frames.push(frame)
          if (frame.opcode === 8) visit.socket.end(serverFrame(8, frame.payload))
        }
      }),
    )
    expect(ends).toEqual({ ok: 1 })
    expect(report.sessions).toMatchObject({ opened: 1, lost: 0 })
    expect(frames.every(({ isMasked }) => isMasked)).toBe(true)
    expect(frames.map(({ opcode, payload }) => [opcode, payload.toString('latin1')])).toEqual([
      [10, 'are you there?'],
      [8, '\x03\xe8'],
    ])
  })

  test('is ok even when nobody answers the close frame', async () => {
    const { ends } = await runAgainst(accepting(() => undefined))
    expect(ends).toEqual({ ok: 1 })
  })

  test('is ok when the peer is silent and answers pings', async () => {
    const { ends } = await runAgainst(
      accepting((visit) => {
        visit.onFrame = ({ opcode, payload }) => {
          if (opcode === 9) visit.socket.write(serverFrame(10, payload))
          if (opcode === 8) visit.socket.end(serverFrame(8, payload))
        }
      }),
      { session: { stallMs: 600 }, lanes: held(1_500) },
    )
    expect(ends).toEqual({ ok: 1 })
  })

  test('is ok when its frames come byte by byte', async () => {
    const { ends } = await runAgainst(({ socket, acceptance, ...visit }) => {
      const bytes = Buffer.concat([
        Buffer.from(acceptance),
        serverFrame(1, 'hello'),
        serverFrame(9, ''),
      ])
      for (const byte of bytes) socket.write(Buffer.of(byte))
      polite({ socket, acceptance, ...visit })
    })
    expect(ends).toEqual({ ok: 1 })
  })
})
