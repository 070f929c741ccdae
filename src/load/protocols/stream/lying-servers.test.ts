import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { invariant } from '../../../base/invariant.ts'
import type { PlanChanges } from '../../testing/load-run.ts'
import { runSessions } from '../../testing/session-run.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) {
    await new Promise((resolve) => void server.close(resolve))
  }
})

/** Calls `answer` with each request's socket. */
async function listen(answer: (socket: Socket, request: string) => void): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => answer(socket, bytes.toString('latin1')))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'the server listens on a port')
  return address.port
}

const EVENTS =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const FILE = 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const event = (id: number) => chunk(`id: ${id}\ndata: x\n\n`)
const held = (sessionMs: number) => [{ lane: 'long', share: 0, sessions: 1, sessionMs }] as const

interface Lie {
  readonly name: string
  readonly answer: (socket: Socket) => void
  readonly end: string
  readonly opened: 0 | 1
  readonly lost: 0 | 1
  readonly changes?: PlanChanges
}

const EVENT_STREAMS: readonly Lie[] = [
  {
    name: 'a stream that goes on',
    answer: (socket) => void socket.write(EVENTS + event(1) + event(2)),
    end: 'ok',
    opened: 1,
    lost: 0,
    changes: { lanes: held(60) },
  },
  {
    name: 'a clean end',
    answer: (socket) => void socket.end(`${EVENTS}${event(1)}0\r\n\r\n`),
    end: 'stream-ended',
    opened: 1,
    lost: 1,
  },
  {
    name: 'a clean end of a stream without chunks',
    answer: (socket) =>
      void socket.end(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\nid: 1\n\n',
      ),
    end: 'stream-ended',
    opened: 1,
    lost: 1,
  },
  {
    name: 'FIN between two chunks',
    answer: (socket) => void socket.end(EVENTS + event(1)),
    end: 'truncated',
    opened: 1,
    lost: 1,
  },
  {
    name: 'RST',
    answer: (socket) => void socket.write(EVENTS, () => socket.resetAndDestroy()),
    end: 'truncated',
    opened: 1,
    lost: 1,
  },
  {
    name: 'chunks that are none',
    answer: (socket) => void socket.write(`${EVENTS}hello`),
    end: 'malformed',
    opened: 1,
    lost: 1,
  },
  {
    name: 'silence',
    answer: (socket) => void socket.write(EVENTS),
    end: 'timeout-stalled',
    opened: 1,
    lost: 1,
    changes: { session: { stallMs: 300 } },
  },
  {
    name: 'another type',
    answer: (socket) => void socket.write(FILE),
    end: 'mismatch 9',
    opened: 0,
    lost: 0,
  },
  {
    name: 'missing events',
    answer: (socket) => void socket.write(EVENTS + event(5) + event(9)),
    end: 'mismatch 6',
    opened: 1,
    lost: 0,
    changes: { lanes: held(60) },
  },
]

const BOTH: readonly Lie[] = [
  {
    name: 'unavailable',
    answer: (socket) => void socket.end('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'),
    end: 'status 503',
    opened: 0,
    lost: 0,
  },
  {
    name: 'FIN at once',
    answer: (socket) => void socket.end(),
    end: 'eof-fresh',
    opened: 0,
    lost: 0,
  },
  {
    name: 'no byte',
    answer: () => undefined,
    end: 'timeout-no-byte',
    opened: 0,
    lost: 0,
    changes: { timeoutMs: 300 },
  },
]

const DOWNLOADS: readonly Lie[] = [
  {
    name: 'the whole file',
    answer: (socket) => void socket.end(FILE + 'x'.repeat(1_000)),
    end: 'ok',
    opened: 1,
    lost: 0,
  },
  {
    name: 'more than the file',
    answer: (socket) => void socket.end(FILE + 'x'.repeat(1_001)),
    end: 'malformed',
    opened: 1,
    lost: 1,
  },
  {
    name: 'half the file, held for its time',
    answer: (socket) => void socket.write(FILE + 'x'.repeat(500)),
    end: 'ok',
    opened: 1,
    lost: 0,
    changes: { lanes: held(60) },
  },
  {
    name: 'half the file, where the whole is wanted',
    answer: (socket) => void socket.write(FILE + 'x'.repeat(500)),
    end: 'timeout-stalled',
    opened: 1,
    lost: 1,
    changes: { lanes: held(10), session: { isWhole: true, stallMs: 300 } },
  },
  {
    name: 'half the file and FIN',
    answer: (socket) => void socket.end(FILE + 'x'.repeat(500)),
    end: 'truncated',
    opened: 1,
    lost: 1,
  },
]

describe.each([
  ['sse', [...EVENT_STREAMS, ...BOTH]],
  ['download', [...DOWNLOADS, ...BOTH]],
] as const)('%s', (protocol, lies) => {
  test.each(lies)('$name', async ({ answer, end, opened, lost, changes }) => {
    const port = await listen(answer)
    const plan: PlanChanges = { port, protocol, lanes: held(5_000), ...changes }
    const { ends, report } = await runSessions(plan)
    expect(ends).toEqual({ [end]: 1 })
    expect(report.sessions).toMatchObject({ opened, lost })
  })
})

test('asks as an EventSource does', async () => {
  let asked = ''
  const port = await listen((socket, request) => {
    asked = request
    socket.end('HTTP/1.1 204 No Content\r\n\r\n')
  })
  await runSessions({ port, protocol: 'sse' })
  expect(asked).toContain('\r\nAccept: text/event-stream\r\nCache-Control: no-store\r\n')
})

describe('tcp', () => {
  const probing: PlanChanges = {
    protocol: 'tcp',
    lanes: [{ lane: 'new', share: 1 }],
    arrivals: { kind: 'users', users: 2 },
    requestsMax: 20,
  }

  test('is ok as soon as a connection is open', async () => {
    let connections = 0
    const server = createServer(() => void connections++)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    invariant(address !== null && typeof address === 'object', 'the server listens on a port')
    const { ends, records, report } = await runSessions({ ...probing, port: address.port })
    expect(ends).toEqual({ ok: 20 })
    expect(connections).toBe(20)
    expect(report.sessions).toBeUndefined()
    expect(records.every(({ sentAt, endedAt }) => sentAt > 0 && endedAt >= sentAt)).toBe(true)
  })

  test('tells that nobody listens', async () => {
    const port = await listen(() => undefined)
    await new Promise((resolve) => void servers.pop()!.close(resolve))
    expect((await runSessions({ ...probing, port })).ends).toEqual({ 'connect-refused': 20 })
  })
})
