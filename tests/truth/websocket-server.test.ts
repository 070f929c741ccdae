import { createServer, type Server } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { invariant } from '../../src/base/invariant.ts'
import { runSessions } from '../../src/load/testing/session-run.ts'

/** Against ws, the server of most Node programs: an implementation of RFC 6455 that is not ours. */
let server: Server | undefined

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise<void>((resolve) => {
    if (server === undefined) resolve()
    else server.close(() => resolve())
  })
  server = undefined
})

async function listen(onConnection: (socket: WebSocket) => void, options = {}): Promise<number> {
  server = createServer()
  const sockets = new WebSocketServer({ server, ...options })
  sockets.on('connection', onConnection)
  const listening = server
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'the server listens on a port')
  return address.port
}

const lanes = [{ lane: 'long', share: 0, sessions: 4, sessionMs: 200 }] as const
const session = { messageIntervalMs: 10, expectsEcho: true }

test('sessions with ws are ok, echo for echo, and end with 1000', async () => {
  let received = 0
  const codes: number[] = []
  const port = await listen(
    (socket) => {
      socket.on('message', (data: Buffer) => {
        received++
        socket.ping()
        socket.send(data.toString())
      })
      socket.on('close', (code) => codes.push(code))
    },
    { perMessageDeflate: true },
  )
  const { ends, report } = await runSessions({
    port,
    protocol: 'websocket',
    lanes,
    session,
    requestsMax: 4,
  })
  expect(ends).toEqual({ ok: 4 })
  expect(report.sessions).toMatchObject({ opened: 4, lost: 0, messagesLost: 0 })
  expect(report.sessions?.messagesSent).toBe(received)
  expect(codes).toEqual([1000, 1000, 1000, 1000])
})

test('messages of many sizes come back whole', async () => {
  const port = await listen((socket) => {
    socket.on('message', (data: Buffer) => socket.send(data.toString()))
  })
  for (const length of [1, 110, 120, 65_520, 70_000]) {
    const body = `{{n}}${'ü'.repeat(length)}`
    const { ends } = await runSessions({
      port,
      protocol: 'websocket',
      session: { ...session, messageIntervalMs: 30 },
      requests: [{ method: 'GET', path: '/', headers: {}, body, weight: 1 }],
    })
    expect(ends).toEqual({ ok: 1 })
  }
})

test('a restart is told by its code, and by nothing else', async () => {
  const port = await listen((socket) => {
    socket.on('message', () => socket.close(1012, 'restarting'))
  })
  const { ends, report } = await runSessions({
    port,
    protocol: 'websocket',
    lanes,
    session,
    requestsMax: 4,
  })
  expect(ends).toEqual({ 'ws-closed 1012': 4 })
  expect(report.sessions).toMatchObject({ opened: 4, lost: 4 })
})
