import { X509Certificate } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import type { CallAnswer, CallError, HttpCaller } from '../http-caller.ts'
import { liveCredentials } from './credentials.ts'
import { liveHttpCallers } from './http-caller.ts'

const open: { readonly server: Server; readonly caller: HttpCaller }[] = []

afterEach(async () => {
  for (const { server, caller } of open.splice(0)) {
    await caller.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

describe('a call', () => {
  test('carries method, target, headers and body, and brings back the answer', async () => {
    const { caller } = await serve((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        const { method, url, headers } = request
        response.writeHead(201, { 'X-Seen': `${method} ${url} ${headers['content-type']}` })
        response.end(body.toUpperCase())
      })
    }, '/prefix')
    const headers = { 'content-type': 'text/plain' }
    const answer = await caller.call({ ...get('/a?b=c'), method: 'POST', headers, body: 'zoë' })
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'x-seen': 'POST /prefix/a?b=c text/plain' },
      body: 'ZOË',
    })
  })

  test('uses the connection of the one before', async () => {
    const ports: unknown[] = []
    const { caller } = await serve((request, response) => {
      ports.push(request.socket.remotePort)
      response.end()
    })
    for (let index = 0; index < 3; index++) await caller.call(get('/'))
    expect(new Set(ports).size).toBe(1)
  })

  test.each([
    ['TIMEOUT', () => undefined, { timeoutMs: 20 }],
    ['ECONNRESET', (request) => request.socket.destroy(), {}],
    ['TOO_LARGE', (_request, response) => response.end('x'.repeat(11)), { bodyBytesMax: 10 }],
    [
      'ECONNRESET',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('half')
        setImmediate(() => request.socket.destroy())
      },
      {},
    ],
  ] satisfies [string, RequestListener, object][])(
    'without a whole answer is rejected (%s)',
    async (code, listener, options) => {
      const { caller } = await serve(listener)
      await expect(caller.call({ ...get('/'), ...options })).rejects.toMatchObject({ code })
    },
  )

  test('to nobody is rejected with the errno name', async () => {
    const { caller, server } = await serve(() => undefined)
    await new Promise((resolve) => server.close(resolve))
    await expect(caller.call(get('/'))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('that cannot be written down is rejected', async () => {
    const { caller } = await serve(() => undefined)
    const call = { ...get('/'), headers: { 'bad header': 'x' } }
    await expect(caller.call(call)).rejects.toMatchObject({ code: 'ERR_INVALID_HTTP_TOKEN' })
    expect(() => liveHttpCallers().open({ baseUrl: 'nowhere' })).toThrow('not an HTTP address')
  })

  test('is rejected when the caller is closed, before or meanwhile', async () => {
    const { caller } = await serve(() => void caller.close())
    await expect(caller.call(get('/'))).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(caller.call(get('/'))).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('over TLS', () => {
  test('a server is called whose certificate the authority has signed, or any where that is wanted', async () => {
    const own = await newCredentials()
    const other = await newCredentials()
    const server = createTlsServer({ key: own.key, cert: own.certificate }, (_request, response) =>
      response.end('secret'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const reach = async (trust: { authority?: string; insecure?: boolean }) => {
      const caller = liveHttpCallers().open({
        baseUrl: `https://127.0.0.1:${portOf(server)}`,
        ...trust,
      })
      open.push({ server, caller })
      return caller.call(get('/'))
    }
    expect(await reach({ authority: own.authority })).toMatchObject({ body: 'secret' })
    expect(await reach({ insecure: true })).toMatchObject({ body: 'secret' })
    const code = expect.stringMatching(/CERT|SIGNATURE/)
    await expect(reach({ authority: other.authority })).rejects.toMatchObject({ code })
    await expect(reach({})).rejects.toMatchObject({ code })
    await expect(reach({ authority: 'nonsense' })).rejects.toMatchObject({ name: 'CallError' })
  })

  test.each([
    ['who it is called as', 'https://127.0.0.1:1', 'secret'],
    ['not the one of another address', 'https://127.0.0.2:1', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('behind a Unix socket the certificate is %s', async (_, baseUrl, expected) => {
    const { key, certificate: cert, authority } = await newCredentials()
    const server = createTlsServer({ key, cert }, (_request, response) => response.end('secret'))
    const directory = mkdtempSync(join(tmpdir(), 'hitless-caller-'))
    const socketPath = join(directory, 'server.sock')
    await new Promise<void>((resolve) => server.listen(socketPath, resolve))
    const caller = liveHttpCallers().open({ baseUrl, authority, socketPath })
    open.push({ server, caller })
    const outcome = await caller.call(get('/')).then(
      ({ body }) => body,
      ({ code }: CallError) => code,
    )
    expect(outcome).toBe(expected)
    rmSync(directory, { recursive: true })
  })

  test('the client shows its own certificate', async () => {
    const { key, certificate: cert, authority } = await newCredentials()
    const asking = { key, cert, requestCert: true, rejectUnauthorized: false }
    const server = createTlsServer(asking, ({ socket }, response) => {
      const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
      response.end(shown?.fingerprint256)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `https://127.0.0.1:${portOf(server)}`
    const endpoint = { baseUrl, authority, clientCertificate: { certificate: cert, key } }
    const caller = liveHttpCallers().open(endpoint)
    open.push({ server, caller })
    const { fingerprint256 } = new X509Certificate(cert)
    expect((await caller.call(get('/'))).body).toBe(fingerprint256)
  })
})

describe('a stream', () => {
  test('is decoded across the borders of chunks, and ends once', async () => {
    const { caller } = await serve((_request, response) => {
      const bytes = Buffer.from('zoë €\n')
      for (const byte of bytes) response.write(Buffer.from([byte]))
      response.end()
    })
    expect(await told(caller)).toEqual({ data: 'zoë €\n', end: undefined })
  })

  test('that is refused comes as a whole answer, and nothing follows', async () => {
    const { caller } = await serve((_request, response) => {
      response.writeHead(410)
      response.end('gone')
    })
    expect(await told(caller)).toMatchObject({ refused: { status: 410, body: 'gone' } })
  })

  test('that breaks says so', async () => {
    const { caller } = await serve((request, response) => {
      response.write('half')
      setImmediate(() => request.socket.destroy())
    })
    expect(await told(caller)).toMatchObject({ data: 'half', end: { code: 'ECONNRESET' } })
  })

  test('has a deadline for its headers', async () => {
    const { caller } = await serve(() => undefined)
    expect(await told(caller, 20)).toMatchObject({ end: { code: 'TIMEOUT' } })
  })

  test('says nothing after its stop', async () => {
    const closed = Promise.withResolvers<void>()
    const { caller } = await serve((request, response) => {
      request.socket.on('close', () => closed.resolve())
      response.write('a')
    })
    const seen: string[] = []
    const stream = caller.stream(get('/'), {
      onRefused: () => seen.push('refused'),
      onData(text) {
        seen.push(text)
        stream.stop()
      },
      onEnd: () => seen.push('end'),
    })
    await closed.promise
    expect(seen).toEqual(['a'])
  })
})

function get(target: string) {
  return { method: 'GET', target, headers: {}, timeoutMs: 5_000 }
}

async function serve(listener: RequestListener, path = '') {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const caller = liveHttpCallers().open({ baseUrl: `http://127.0.0.1:${portOf(server)}${path}` })
  open.push({ server, caller })
  return { server, caller }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

function newCredentials() {
  const names = { dnsNames: ['localhost'], addresses: ['127.0.0.1'] }
  return liveCredentials().newServer({ ...names, nowMs: Date.now() })
}

/** All that a stream told until its end. */
function told(
  caller: HttpCaller,
  timeoutMs = 5_000,
): Promise<{ data?: string; end?: CallError | undefined; refused?: CallAnswer }> {
  return new Promise((resolve) => {
    let data = ''
    caller.stream(
      { ...get('/'), timeoutMs },
      {
        onRefused: (refused) => resolve({ refused }),
        onData: (text) => (data += text),
        onEnd: (end) => resolve({ data, end }),
      },
    )
  })
}
