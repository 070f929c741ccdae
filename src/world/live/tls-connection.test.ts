import { once } from 'node:events'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { createServer, type TLSSocket, type TlsOptions as ServerOptions } from 'node:tls'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ServerCredentials } from '../credentials.ts'
import type { SocketError, TlsOptions } from '../network.ts'
import { liveCredentials } from './credentials.ts'
import { liveNetwork } from './network.ts'
import { listening } from '../../../tests/support/listening.ts'

let credentials: ServerCredentials

beforeAll(async () => {
  const names = { dnsNames: ['shop.test'], addresses: ['127.0.0.1'], nowMs: Date.now() }
  credentials = await liveCredentials().newServer(names)
})

function trusting(changes: Partial<TlsOptions> = {}): TlsOptions {
  return {
    serverName: 'shop.test',
    isVerified: true,
    authorities: credentials.authority,
    ...changes,
  }
}

function serving(onConnection: (socket: TLSSocket) => void, options: ServerOptions = {}) {
  const { certificate, key } = credentials
  const server = createServer({ cert: certificate, key, ALPNProtocols: ['h2'], ...options })
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  server.on('tlsClientError', () => undefined)
  return listening(server)
}

interface Call {
  readonly events: string[]
  readonly closed: Promise<SocketError | undefined>
  readonly connection: ReturnType<ReturnType<typeof liveNetwork>['connect']>
}

function call(
  port: number,
  tls: TlsOptions,
  onData?: (call: Call) => void,
  onOpen?: (call: Call) => void,
): Call {
  const events: string[] = []
  const closed = Promise.withResolvers<SocketError | undefined>()
  const connection = liveNetwork().connect(
    { host: '127.0.0.1', port, tls },
    {
      onOpen: () => {
        events.push('open')
        onOpen?.(made)
      },
      onData: (bytes) => {
        events.push(new TextDecoder().decode(bytes))
        onData?.(made)
      },
      onEnd: () => {
        events.push('end')
        connection.end()
      },
      onClose: (error) => closed.resolve(error),
    },
  )
  const made = { events, closed: closed.promise, connection }
  return made
}

describe('a connection with TLS', () => {
  test('opens after the handshake, with the protocol both speak, carries bytes and ends', async () => {
    const port = await serving((socket) => socket.on('data', (bytes) => socket.end(`${bytes}!`)))
    const made = call(port, trusting({ protocols: ['h2', 'http/1.1'] }))
    const written = Buffer.from('ping')
    made.connection.write(written)
    written.fill(0)
    expect(await made.closed).toBeUndefined()
    expect(made.events).toEqual(['open', 'ping!', 'end'])
    expect(made.connection.protocol).toBe('h2')
    expect(made.connection.localPort).toBeGreaterThan(0)
    expect(made.connection.remoteAddress).toBe('127.0.0.1')
  })

  test('a certificate by an unknown authority, or for another name, is refused before it opens', async () => {
    const port = await serving(() => undefined)
    const { authorities: _, ...strangers } = trusting()
    const unknown = call(port, strangers)
    expect(await unknown.closed).toMatchObject({ syscall: 'tls' })
    const other = call(port, trusting({ serverName: 'other.test' }))
    expect(await other.closed).toEqual({ code: 'ERR_TLS_CERT_ALTNAME_INVALID', syscall: 'tls' })
    expect([...unknown.events, ...other.events]).toEqual([])
  })

  test('an address is compared with the addresses of the certificate', async () => {
    const port = await serving((socket) => socket.end('hello'))
    const made = call(port, trusting({ serverName: '127.0.0.1' }))
    expect(await made.closed).toBeUndefined()
    expect(made.events).toEqual(['open', 'hello', 'end'])
  })

  test('unverified, any certificate will do', async () => {
    const port = await serving((socket) => socket.end('hello'))
    const made = call(port, { serverName: 'other.test', isVerified: false })
    expect(await made.closed).toBeUndefined()
    expect(made.events).toEqual(['open', 'hello', 'end'])
  })

  test('shows its own certificate to a server that asks for one', async () => {
    const { certificate, key, authority } = credentials
    const demanding = { requestCert: true, rejectUnauthorized: false, ca: authority }
    const port = await serving((socket) => {
      socket.end(String(socket.getPeerCertificate().subject?.CN))
    }, demanding)
    const made = call(port, trusting({ certificate, key }))
    expect(await made.closed).toBeUndefined()
    expect(made.events).toContain('hitless-apiserver')
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'without the certificate that a server of %s demands, its alert is why the connection ended',
    async (version) => {
      const { authority: ca } = credentials
      const demanding = { requestCert: true, rejectUnauthorized: true, ca, maxVersion: version }
      const made = call(await serving(() => undefined, demanding), trusting())
      const [code, events] =
        version === 'TLSv1.2'
          ? ['ALERT_HANDSHAKE_FAILURE', []]
          : ['ALERT_CERTIFICATE_REQUIRED', ['open']]
      expect(await made.closed).toEqual({ code, syscall: 'tls' })
      expect(made.events).toEqual(events)
    },
  )

  test('a key that cannot be read fails like a handshake', async () => {
    const port = await serving(() => undefined)
    const made = call(port, trusting({ certificate: 'no certificate', key: 'no key' }))
    expect(await made.closed).toMatchObject({ syscall: 'tls' })
    expect(made.events).toEqual([])
  })

  test('a reset by the peer is told as such, and a reset of ours reaches the peer', async () => {
    const resetting = await rawServing((socket) => {
      socket.once('data', () => socket.resetAndDestroy())
    })
    expect(await call(resetting, trusting()).closed).toEqual({ code: 'ECONNRESET', syscall: 'tls' })

    const ended = Promise.withResolvers<string>()
    const port = await serving((socket) => {
      socket.on('error', (error) => ended.resolve(error.message))
      socket.write('hello')
    })
    const made = call(port, trusting(), ({ connection }) => connection.reset())
    expect(await made.closed).toBeUndefined()
    expect(await ended.promise).toContain('ECONNRESET')
  })

  test('what was read can be written at once, although the next read goes to the same memory', async () => {
    const records = Buffer.concat(Array.from({ length: 12 }, (_, n) => Buffer.alloc(16_384, n)))
    const echoed = Promise.withResolvers<Buffer>()
    const port = await serving((socket) => {
      const pieces: Buffer[] = []
      socket.on('data', (bytes: Buffer) => {
        pieces.push(bytes)
        if (Buffer.concat(pieces).length === records.length) echoed.resolve(Buffer.concat(pieces))
      })
      socket.write(records)
    })
    const connection = liveNetwork().connect(
      { host: '127.0.0.1', port, tls: trusting() },
      {
        onOpen: () => undefined,
        onData: (bytes) => void connection.write(bytes),
        onEnd: () => undefined,
        onClose: () => undefined,
      },
    )
    expect((await echoed.promise).equals(records)).toBe(true)
    connection.reset()
  })

  test('can be reset as soon as it is open', async () => {
    const port = await serving((socket) => socket.write('hello'))
    const made = call(port, trusting(), undefined, ({ connection }) => connection.reset())
    expect(await made.closed).toBeUndefined()
    expect(made.events).toEqual(['open'])
  })

  test('a server that hangs up, or does not speak TLS, fails the handshake', async () => {
    const closing = await rawServing((socket) => {
      socket.once('data', () => socket.end())
    })
    expect(await call(closing, trusting()).closed).toMatchObject({ syscall: 'tls' })
    const plain = await rawServing((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await call(plain, trusting()).closed).toMatchObject({ syscall: 'tls' })
  })

  test('a refused connection is refused, TLS or not', async () => {
    const server = createTcpServer()
    const port = await listening(server)
    server.close()
    await once(server, 'close')
    expect(await call(port, trusting()).closed).toEqual({
      code: 'ECONNREFUSED',
      syscall: 'connect',
    })
  })
})

function rawServing(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  return listening(server)
}
