import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { invariant } from '../../src/base/invariant.ts'
import { accountFor } from '../../src/load/testing/load-run.ts'
import { runUnhurried } from '../../src/load/testing/unhurried-load.ts'
import type { Outcome } from '../../src/timeline/outcome.ts'

/** Servers that end handshakes instead of answering them: no request was sent, and each is told of. */

let server: Server | undefined
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await new Promise<void>((resolve) => void (server?.close(() => resolve()) ?? resolve()))
})

const REQUESTS = 60
/** A TLS alert that ends the handshake (RFC 8446, section 6.2): fatal, handshake_failure. */
const ALERT = Buffer.from([21, 3, 3, 0, 2, 2, 40])

interface Treatment {
  readonly name: string
  readonly outcome: Outcome
  /** Called with the first bytes of a connection: the client's hello. */
  readonly treat: (socket: Socket) => void
}

const TREATMENTS: readonly Treatment[] = [
  { name: 'RST', outcome: 'tls', treat: (socket) => void socket.resetAndDestroy() },
  { name: 'FIN', outcome: 'tls', treat: (socket) => void socket.end() },
  { name: 'an alert', outcome: 'tls', treat: (socket) => void socket.end(ALERT) },
  {
    name: 'an answer in plain HTTP',
    outcome: 'tls',
    treat: (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
  },
  { name: 'nothing', outcome: 'connect-timeout', treat: () => undefined },
]

test.each(TREATMENTS)('$name in the TLS handshake ends as $outcome', async ({ treat, outcome }) => {
  let hellos = 0
  const isSilent = outcome === 'connect-timeout'
  server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => {
      hellos++
      treat(socket)
    })
  })
  const port = await listen(server)
  const tls = { serverName: 'localhost', isVerified: false }
  const { collected, report } = await runUnhurried(
    { target: { host: '127.0.0.1', port, authority: 'test', tls } },
    { users: 4, requests: REQUESTS },
    {
      bytesSent: 0,
      get silent() {
        return isSilent ? hellos : 0
      },
    },
  )
  expect(collected.outcomes).toEqual({ [outcome]: hellos })
  expect(hellos).toBe(REQUESTS)
  expect(accountFor(collected, report.planned)).toEqual([])
  expect(collected.records.filter(({ sentAt }) => sentAt > 0)).toEqual([])
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'the server listens on a port')
  return address.port
}
