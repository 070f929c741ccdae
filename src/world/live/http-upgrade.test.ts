import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { UpgradeRequest } from '../http-server.ts'
import { GET, SILENT, connectRaw, serve } from './testing/served.ts'

describe('upgrades', () => {
  test('a WebSocket gets any protocol name, and messages go both ways', async () => {
    const messages: string[] = []
    let closed = 0
    const server = await serve({
      onUpgrade: (request) => {
        const connection = request.acceptWebSocket('SPDY/3.1+portforward.k8s.io', {
          onMessage: (bytes) => {
            messages.push(Buffer.from(bytes).toString())
            connection.send(Buffer.from('pong'))
            connection.send(Buffer.from('text'), 'text')
          },
          onDrain: () => undefined,
          onClose: () => (closed += 1),
        })
      },
    })
    const client = await connectRaw(
      server.port,
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io\r\n\r\n',
    )
    await expect
      .poll(client.text)
      .toMatch(/101[^]*Sec-WebSocket-Protocol: SPDY\/3\.1\+portforward\.k8s\.io\r\n/)
    // A masked binary message `ping` whose mask is zero.
    client.socket.write(Buffer.from([0x82, 0x84, 0, 0, 0, 0, ...Buffer.from('ping')]))
    await expect.poll(client.text).toContain('\x82\x04pong\x81\x04text')
    expect(messages).toEqual(['ping'])
    client.socket.destroy()
    await expect.poll(() => closed).toBe(1)
  })

  test('a peer that does not read is counted, and drained is told', async () => {
    let drained = 0
    let waiting = 0
    const server = await serve({
      onUpgrade: (request) => {
        const connection = request.acceptWebSocket('a', {
          onMessage: () => {
            while (connection.bufferedBytes < 4_000_000) connection.send(Buffer.alloc(100_000))
            waiting = connection.bufferedBytes
          },
          onDrain: () => (drained += 1),
          onClose: () => undefined,
        })
      },
    })
    const client = upgrade(server, ['a'])
    await once(client, 'open')
    client.pause()
    client.send('go')
    await expect.poll(() => waiting).toBeGreaterThan(3_000_000)
    expect(drained).toBe(0)
    client.resume()
    await expect.poll(() => drained).toBe(1)
  })

  test('what is no valid handshake is refused, and told as closed', async () => {
    let closed = 0
    const server = await serve({
      onUpgrade: (request) => {
        request
          .acceptWebSocket('a', { ...SILENT, onClose: () => (closed += 1) })
          .send(Buffer.from('x'))
      },
    })
    const client = await connectRaw(
      server.port,
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    )
    await expect.poll(client.text).toContain('400')
    expect(closed).toBe(1)
  })

  test('a raw stream begins with what came behind the request, and may be half closed', async () => {
    const server = await serve({
      onUpgrade: (request) => {
        let seen = ''
        const stream = request.acceptStream(
          { 'X-A': 'b' },
          {
            onData: (bytes) => (seen += Buffer.from(bytes).toString()),
            onEnd: () => {
              stream.write(Buffer.from(seen.toUpperCase()))
              stream.end()
            },
            onDrain: () => undefined,
            onClose: () => undefined,
          },
        )
      },
    })
    const client = await connectRaw(
      server.port,
      'POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 0\r\n\r\nearly',
    )
    await expect
      .poll(client.text)
      .toBe(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-A: b\r\n\r\n',
      )
    client.socket.end(' late')
    await expect.poll(client.text).toMatch(/EARLY LATE$/)
  })

  test('one can be refused with an ordinary answer', async () => {
    const client = upgrade(await serve({}), ['a'])
    const [, answer] = await once(client, 'unexpected-response')
    expect(answer.statusCode).toBe(400)
    expect(await answer.setEncoding('utf8').toArray()).toEqual(['no upgrades here'])
  })

  test('a refused client that neither reads nor leaves is left', async () => {
    const server = await serve({}, { timeouts: { leaveMs: 20 } })
    const client = await connectRaw(
      server.port,
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: a\r\n\r\n',
    )
    // Its own side stays open, and what it sends goes nowhere once the server has closed the connection.
    const isCutOff = () => !client.socket.write('still here') && client.socket.destroyed
    await expect.poll(isCutOff, { timeout: 10_000 }).toBe(true)
    expect(client.text()).toMatch(/^HTTP\/1\.1 400 [^]*no upgrades here$/)
  })

  test.each<[string, (request: UpgradeRequest) => void]>([
    ['before it answers', fail],
    [
      'in a callback',
      (request) => {
        request.acceptWebSocket('a', { ...SILENT, onMessage: fail })
      },
    ],
  ])('a handler that throws %s loses its connection only', async (_, handler) => {
    const server = await serve({ onUpgrade: handler })
    const client = upgrade(server, ['a'])
    client.on('open', () => client.send('x'))
    await new Promise((resolve) => client.once('close', resolve))
    expect(server.errors).toHaveLength(1)
    expect(await (await fetch(server.url)).text()).toBe('ok')
  })

  test('HTTP/2 in clear text is answered in HTTP/1.1', async () => {
    const server = await serve({})
    const client = await connectRaw(
      server.port,
      GET.replace(
        '\r\n\r\n',
        '\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n',
      ),
    )
    await expect.poll(client.text).toMatch(/^HTTP\/1\.1 200[^]*ok$/)
  })
})

function upgrade({ port }: { readonly port: number }, protocols: string[]): WebSocket {
  const client = new WebSocket(`ws://127.0.0.1:${port}/exec`, protocols)
  onTestFinished(() => client.terminate())
  client.on('error', () => undefined)
  return client
}

function fail(): never {
  throw new Error('mistake')
}
