import { describe, expect, test } from 'vitest'
import {
  HttpRequestError,
  type Connection,
  type ConnectionHandlers,
  type Listener,
  type Network,
  type SocketError,
} from '../../src/world/network.ts'

/**
 * What every Network promises, whatever carries its bytes. `host` is an address that can be listened
 * on and connected to.
 */
export function describeNetwork(name: string, makeNetwork: () => Network, host: string): void {
  describe(`${name} network`, () => {
    test('a connection opens, carries bytes both ways, half-closes and closes', async () => {
      const network = makeNetwork()
      const server = await startEcho(network, host)
      const peer = dial(network, host, server.port)
      await peer.opened
      expect(peer.connection.localPort).toBeGreaterThan(0)
      peer.connection.write(Buffer.from('hello'))
      peer.connection.end()
      expect(await peer.closed).toBeUndefined()
      expect(peer.events).toEqual(['open', 'hello', 'end', 'close'])
      await server.close()
    })

    test('a port where nobody listens refuses: no onOpen, one onClose that says why', async () => {
      const network = makeNetwork()
      const server = await startEcho(network, host)
      await server.close()
      const peer = dial(network, host, server.port)
      expect(await peer.closed).toEqual({ code: 'ECONNREFUSED', syscall: 'connect' })
      expect(peer.events).toEqual(['close'])
      expect(peer.connection.localPort).toBe(0)
    })

    test('a reset reaches the peer as ECONNRESET and the one who resets as a clean close', async () => {
      const network = makeNetwork()
      const accepted = Promise.withResolvers<Connection>()
      const server = await network.listen({ host, port: 0 }, (connection) => {
        accepted.resolve(connection)
        return { ...silent, onEnd: () => connection.end() }
      })
      const peer = dial(network, host, server.port)
      await peer.opened
      const other = await accepted.promise
      other.reset()
      expect(await peer.closed).toEqual({ code: 'ECONNRESET', syscall: 'read' })

      const second = dial(network, host, server.port)
      await second.opened
      second.connection.reset()
      second.connection.write(Buffer.from('too late'))
      expect(await second.closed).toBeUndefined()
      await server.close()
    })

    test.each([0, 1, 100_000])(
      'a connection that is reset while it ends closes, %s bytes after it opened',
      async (bytes) => {
        const network = makeNetwork()
        const server = await network.listen({ host, port: 0 }, (connection) => ({
          ...silent,
          onEnd: () => connection.end(),
        }))
        const peer = dial(network, host, server.port)
        await peer.opened
        if (bytes > 0) peer.connection.write(Buffer.alloc(bytes))
        peer.connection.end()
        peer.connection.reset()
        peer.connection.reset()
        expect(await peer.closed).toBeUndefined()
        const early = dial(network, host, server.port)
        early.connection.reset()
        expect(await early.closed).toBeUndefined()
        expect(early.events).toEqual(['close'])
        await server.close()
      },
    )

    test('a closed listener refuses new connections and keeps those it accepted', async () => {
      const network = makeNetwork()
      const server = await startEcho(network, host)
      const early = dial(network, host, server.port)
      await early.opened
      early.connection.write(Buffer.from('a'))
      await early.received(1)
      await server.close()
      const late = dial(network, host, server.port)
      expect((await late.closed)?.code).toBe('ECONNREFUSED')
      early.connection.write(Buffer.from('b'))
      await early.received(2)
      early.connection.end()
      expect(await early.closed).toBeUndefined()
      await (await network.listen({ host, port: server.port }, () => silent)).close()
    })

    test('a port that is taken cannot be listened on', async () => {
      const network = makeNetwork()
      const server = await startEcho(network, host)
      await expect(startEcho(network, host, server.port)).rejects.toMatchObject({
        code: 'EADDRINUSE',
      })
      await server.close()
    })

    test('what a reader does not take makes write say stop, and onDrain say go on', async () => {
      const network = makeNetwork()
      const accepted = Promise.withResolvers<Connection>()
      let receivedBytes = 0
      const server = await network.listen({ host, port: 0 }, (connection) => {
        accepted.resolve(connection)
        return {
          ...silent,
          onOpen: () => connection.pause(),
          onData: (bytes) => (receivedBytes += bytes.length),
          onEnd: () => connection.end(),
        }
      })
      const drained = Promise.withResolvers<void>()
      const peer = dial(network, host, server.port, { onDrain: () => drained.resolve() })
      await peer.opened
      const other = await accepted.promise
      const block = Buffer.alloc(64 * 1024, 'x')
      let writtenBytes = 0
      for (let more = true; more && writtenBytes < 2 ** 26; writtenBytes += block.length) {
        more = peer.connection.write(block)
      }
      expect(writtenBytes).toBeLessThan(2 ** 26)
      other.resume()
      await drained.promise
      peer.connection.end()
      expect(await peer.closed).toBeUndefined()
      expect(receivedBytes).toBe(writtenBytes)
      await server.close()
    })

    test('bytes that were read may be written on at once, however slow the other side', async () => {
      const network = makeNetwork()
      const server = await startEcho(network, host)
      const sent = Array.from({ length: 2_000 }, (_, line) => `line ${line} ${'.'.repeat(900)}\n`)
      const peer = dial(network, host, server.port)
      await peer.opened
      // A second connection reads into the same memory meanwhile.
      const forwarded = dial(network, host, server.port)
      await forwarded.opened
      const relay = dial(network, host, server.port, {
        onData: (bytes) => void forwarded.connection.write(bytes),
        onEnd: () => forwarded.connection.end(),
      })
      await relay.opened
      for (const line of sent) relay.connection.write(Buffer.from(line))
      relay.connection.end()
      await relay.closed
      await forwarded.closed
      expect(forwarded.text()).toBe(sent.join(''))
      peer.connection.end()
      await peer.closed
      await server.close()
    })

    describeRequests(makeNetwork, host)
  })
}

function describeRequests(makeNetwork: () => Network, host: string): void {
  const ask = (network: Network, port: number, options = {}) =>
    network.request({
      method: 'GET',
      url: `http://${host}:${port}/ready?x=1`,
      headers: { 'X-One': '1' },
      timeoutMs: 5_000,
      bodyBytesMax: 1_000,
      ...options,
    })

  test('a request gets status, headers and body', async () => {
    const network = makeNetwork()
    const seen: string[] = []
    const server = await startAnswering(
      network,
      host,
      'HTTP/1.1 503 No\r\nA: b\r\nContent-Length: 2\r\n\r\nhi',
      seen,
    )
    const answer = await ask(network, server.port)
    expect(answer).toMatchObject({ status: 503, headers: { a: 'b' }, body: 'hi' })
    expect(seen.join('')).toMatch(/^GET \/ready\?x=1 HTTP\/1\.1\r\n/)
    expect(seen.join('')).toContain('X-One: 1')
    await server.close()
  })

  test('a body without length ends with the connection, and a long one is cut', async () => {
    const network = makeNetwork()
    const answer = `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${'b'.repeat(5_000)}`
    const server = await startAnswering(network, host, answer)
    expect((await ask(network, server.port)).body).toHaveLength(1_000)
    expect((await ask(network, server.port, { bodyBytesMax: 9_000 })).body).toHaveLength(5_000)
    await server.close()
  })

  test('a redirect is an answer', async () => {
    const network = makeNetwork()
    const answer = 'HTTP/1.1 302 Found\r\nLocation: http://example.invalid/\r\n\r\n'
    const server = await startAnswering(network, host, answer)
    expect((await ask(network, server.port)).status).toBe(302)
    await server.close()
  })

  test.each([
    ['nobody listens', undefined, 'ECONNREFUSED'],
    ['it closes without an answer', '', 'ECONNRESET'],
    ['the answer is cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi', 'ECONNRESET'],
  ])('a request fails with the reason when %s', async (_, answer, code) => {
    const network = makeNetwork()
    const server = await startAnswering(network, host, answer ?? '')
    if (answer === undefined) await server.close()
    const failure: unknown = await ask(network, server.port).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(HttpRequestError)
    expect(failure).toMatchObject({ code })
    if (answer !== undefined) await server.close()
  })

  test('what is not ASCII in a header is sent as UTF-8', async () => {
    const network = makeNetwork()
    const seen: string[] = []
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
    const server = await startAnswering(network, host, answer, seen)
    await ask(network, server.port, { headers: { 'X-Price': '5 €' } })
    expect(seen.join('')).toContain('X-Price: 5 €\r\n')
    await server.close()
  })

  test('an address that cannot be read fails with EINVAL', async () => {
    const asked = ask(makeNetwork(), 80, { url: 'http://::1:80/' })
    await expect(asked).rejects.toBeInstanceOf(HttpRequestError)
    await expect(asked).rejects.toMatchObject({ code: 'EINVAL' })
  })

  test('a request that its signal breaks off fails with ABORTED, also before it began', async () => {
    const network = makeNetwork()
    const abort = new AbortController()
    const server = await network.listen({ host, port: 0 }, () => ({
      ...silent,
      onData: () => abort.abort(),
    }))
    const { signal } = abort
    await expect(ask(network, server.port, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(ask(network, server.port, { signal })).rejects.toMatchObject({ code: 'ABORTED' })
    await server.close()
  })

  test('a request without an answer in time fails with TIMEOUT', async () => {
    const network = makeNetwork()
    const server = await network.listen({ host, port: 0 }, () => silent)
    const asked = ask(network, server.port, { timeoutMs: 20 })
    await expect(asked).rejects.toMatchObject({ code: 'TIMEOUT' })
    await server.close()
  })
}

const silent: ConnectionHandlers = {
  onOpen: () => undefined,
  onData: () => undefined,
  onEnd: () => undefined,
  onClose: () => undefined,
}

function startEcho(network: Network, host: string, port = 0): Promise<Listener> {
  return network.listen({ host, port }, (connection) => ({
    ...silent,
    onData: (bytes) => void connection.write(bytes),
    onEnd: () => connection.end(),
  }))
}

/** Answers the first bytes of each connection with `answer`, then sends FIN. */
function startAnswering(
  network: Network,
  host: string,
  answer: string,
  seen: string[] = [],
): Promise<Listener> {
  return network.listen({ host, port: 0 }, (connection) => ({
    ...silent,
    onData(bytes) {
      seen.push(Buffer.from(bytes).toString())
      connection.write(Buffer.from(answer))
      connection.end()
    },
  }))
}

/** A client connection that notes what it is told. */
function dial(
  network: Network,
  host: string,
  port: number,
  overrides: Partial<ConnectionHandlers> = {},
) {
  const events: string[] = []
  const chunks: Buffer[] = []
  const opened = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<SocketError | undefined>()
  let onReceived: (() => void) | undefined
  const connection = network.connect(
    { host, port },
    {
      onOpen: () => opened.resolve(void events.push('open')),
      onData(bytes) {
        events.push(Buffer.from(bytes).toString())
        chunks.push(Buffer.from(bytes))
        onReceived?.()
      },
      onEnd: () => void events.push('end'),
      onClose(error) {
        events.push('close')
        closed.resolve(error)
      },
      ...overrides,
    },
  )
  const text = () => Buffer.concat(chunks).toString()
  const received = (length: number) =>
    new Promise<void>((resolve) => {
      onReceived = () => (text().length >= length ? resolve() : undefined)
      onReceived()
    })
  return { connection, events, opened: opened.promise, closed: closed.promise, text, received }
}
