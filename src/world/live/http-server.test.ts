import { once } from 'node:events'
import { request as plainRequest } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  BodyTooLargeError,
  ConnectionLostError,
  type ResponseStream,
  type ServerRequest,
  type ServerResponse,
} from '../http-server.ts'
import { GET, connectRaw, serve } from './testing/served.ts'

describe('requests', () => {
  test('arrive with target, headers in lower case and joined, and body', async () => {
    let seen: ServerRequest | undefined
    const server = await serve({
      onRequest: (request, response) => {
        seen = request
        void request.readBody(100).then((body) => {
          response.send(201, { Warning: ['one', 'two'], 'x-a': 'b' }, body.toReversed())
        })
      },
    })
    const client = plainRequest(`${server.url}/a%2Fb?c=%20&c=d`, {
      method: 'PUT',
      headers: { Accept: ['a/b', 'c/d'], Cookie: ['a=1', 'b=2'] },
    })
    client.end('abc')
    const [answer] = await once(client, 'response')
    expect(await answer.setEncoding('utf8').toArray()).toEqual(['cba'])
    expect(answer.statusCode).toBe(201)
    expect(answer.rawHeaders).toEqual(expect.arrayContaining(['Warning', 'one', 'Warning', 'two']))
    expect(answer.headers['content-length']).toBe('3')
    expect(seen).toMatchObject({ method: 'PUT', target: '/a%2Fb?c=%20&c=d' })
    expect(seen?.headers).toMatchObject({ accept: 'a/b, c/d', cookie: 'a=1; b=2' })
    expect(seen?.remoteAddress).toBe('127.0.0.1')
  })

  test.each([
    ['its length says so', { 'Content-Length': '11' }],
    ['it turns out so', { 'Transfer-Encoding': 'chunked' }],
  ])(
    'a body that is too long is refused when %s, and the connection goes on',
    async (_, headers) => {
      const server = await serve({
        onRequest: (request, response) => {
          request.readBody(10).then(
            () => response.send(200, {}, 'fits'),
            (error) => response.send(error instanceof BodyTooLargeError ? 413 : 500, {}, 'long'),
          )
        },
      })
      const answer = await new Promise<string>((resolve) => {
        const client = plainRequest(server.url, { method: 'POST', headers }, (response) => {
          response
            .resume()
            .on('end', () => resolve(`${response.statusCode} ${response.headers.connection}`))
        })
        client.end('12345678901')
      })
      expect(answer).toBe('413 keep-alive')
    },
  )

  test('a client that goes away in the middle of its body is told as ConnectionLost and as abort', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const { promise: aborted, resolve: abort } = Promise.withResolvers<void>()
    const server = await serve({
      onRequest: (request) => {
        request.onAbort(abort)
        request.readBody(100).catch(resolve)
      },
    })
    const { socket } = await connectRaw(
      server.port,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab',
    )
    socket.end()
    expect(await promise).toBeInstanceOf(ConnectionLostError)
    await aborted
  })

  test('a body can be taken as it comes, at the pace of its reader', async () => {
    const server = await serve({
      onRequest: (request, response) => {
        let length = 0
        const body = request.streamBody({
          onData(bytes) {
            length += bytes.length
            body.pause()
            setImmediate(() => body.resume())
          },
          onEnd: () => response.send(200, {}, String(length)),
        })
      },
    })
    const answer = await fetch(server.url, { method: 'POST', body: 'x'.repeat(1_000_000) })
    expect(await answer.text()).toBe('1000000')
  })

  test('two on one connection are answered in turn', async () => {
    const server = await serve({
      onRequest: ({ target }, response) => response.send(200, {}, target),
    })
    const client = await connectRaw(
      server.port,
      'GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n',
    )
    await expect.poll(client.text).toMatch(/\/1HTTP\/1\.1 200[^]*\/2$/)
  })

  test.each([
    ['/a?b', '/a?b'],
    ['http://x/a?b', '/a?b'],
    ['HTTPS://x:1?b', '/?b'],
    ['http://x', '/'],
  ])('the target %s is %s', async (target, expected) => {
    const server = await serve({
      onRequest: (request, response) => response.send(200, {}, `<${request.target}>`),
    })
    const client = await connectRaw(server.port, `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await expect.poll(client.text).toContain(`<${expected}>`)
  })

  test('a hundred on one connection that are not answered yet are told of its end, without a warning', async () => {
    const warnings: unknown[] = []
    const onWarning = (warning: unknown) => warnings.push(warning)
    process.on('warning', onWarning)
    onTestFinished(() => void process.off('warning', onWarning))
    let arrived = 0
    let aborts = 0
    const server = await serve({
      onRequest: (request) => {
        arrived += 1
        request.onAbort(() => (aborts += 1))
      },
    })
    const client = await connectRaw(server.port, GET.repeat(100))
    await expect.poll(() => arrived).toBe(100)
    client.socket.end()
    await expect.poll(() => aborts).toBe(100)
    expect(warnings).toEqual([])
  })

  test.each([
    [
      'headers that are too long',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(5_000)}\r\n\r\n`,
      '431',
    ],
    ['what is no HTTP', '\u0016\u0003\u0001 hello\r\n\r\n', '400'],
    ['a missing host', 'GET / HTTP/1.1\r\n\r\n', '400'],
  ])('%s are refused', async (_, text, status) => {
    const server = await serve({}, { headerBytesMax: 4_096 })
    const client = await connectRaw(server.port, text)
    await expect.poll(client.text).toContain(`HTTP/1.1 ${status}`)
  })

  test('a client that closes its side gets its answer', async () => {
    const server = await serve({
      onRequest: (_, response) => setImmediate(() => response.send(200, {}, 'late')),
    })
    const client = await connectRaw(server.port, GET)
    client.socket.end()
    await expect.poll(client.text).toContain('late')
  })
})

describe('time', () => {
  const timeouts = { headersMs: 200, requestMs: 300, idleMs: 100, checkMs: 20 }

  test.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: x\r\nA: '],
    ['body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab'],
  ])('a client that never ends its %s is cut off', async (_, text) => {
    const server = await serve(
      {
        onRequest: (request, response) =>
          void request.readBody(9).then(
            () => response.send(200, {}, ''),
            () => undefined,
          ),
      },
      { timeouts },
    )
    const client = await connectRaw(server.port, text)
    await once(client.socket, 'end')
    expect(client.text()).toContain('408')
  })

  test('a watch outlives all of them, and an idle connection does not', async () => {
    let stream: ResponseStream | undefined
    const server = await serve(
      { onRequest: (_, response) => (stream = response.stream(200, {})) },
      { timeouts: { headersMs: 30, requestMs: 40, idleMs: 20, checkMs: 10 } },
    )
    const client = await connectRaw(server.port, GET)
    await expect.poll(client.text).toContain('chunked')
    const idle = await connectRaw(server.port, '')
    await once(idle.socket, 'end')
    stream?.write('still here')
    await expect.poll(client.text).toContain('still here')
  })
})

describe('streams', () => {
  test('headers and chunks go out at once; what waits is counted; drained is told', async () => {
    let stream: ResponseStream | undefined
    let drained = 0
    const server = await serve({
      onRequest: (_, response) => {
        stream = response.stream(200, { 'content-type': 'application/json' })
        stream.onDrain(() => (drained += 1))
      },
    })
    const client = await connectRaw(server.port, GET)
    await expect.poll(client.text).toContain('application/json')
    stream?.write('{"a":1}\n')
    stream?.write('')
    await expect.poll(() => drained).toBe(1)
    expect(stream?.bufferedBytes).toBe(0)
    client.socket.pause()
    const chunk = Buffer.alloc(1_000_000)
    for (let count = 0; count < 20; count++) stream?.write(chunk)
    expect(stream?.bufferedBytes).toBeGreaterThan(4_000_000)
    expect(drained).toBe(1)
    client.socket.resume()
    await expect.poll(() => drained).toBe(2)
    expect(stream?.bufferedBytes).toBe(0)
    stream?.end()
    stream?.write('after the end')
    await expect.poll(() => client.text().endsWith('\r\n0\r\n\r\n')).toBe(true)
  })

  test.each(['end', 'destroy', 'resetAndDestroy'] as const)(
    'a client that goes (%s) is told once',
    async (how) => {
      let aborts = 0
      const server = await serve({
        onRequest: (request, response) => {
          request.onAbort(() => (aborts += 1))
          response.stream(200, {}).write('x')
        },
      })
      const client = await connectRaw(server.port, GET)
      await expect.poll(client.text).toContain('x')
      client.socket[how]()
      await expect.poll(() => aborts).toBe(1)
    },
  )

  test('destroying one shows the client that it is not complete', async () => {
    const server = await serve({
      onRequest: (_, response) => {
        const stream = response.stream(200, {})
        stream.write('part')
        stream.onDrain(() => stream.destroy())
      },
    })
    await expect(fetch(server.url).then((answer) => answer.text())).rejects.toThrow('terminated')
  })
})

describe('faults of handlers', () => {
  test.each<[string, (request: ServerRequest, response: ServerResponse) => void]>([
    [
      'throws',
      () => {
        throw new Error('mistake')
      },
    ],
    [
      'sends a header with a line break',
      (_, response) => response.send(200, { a: 'b\r\nc: d' }, ''),
    ],
  ])('one that %s is a 500, and the next request is served', async (_, onRequest) => {
    const server = await serve({ onRequest })
    expect((await fetch(server.url)).status).toBe(500)
    expect((await fetch(server.url)).status).toBe(500)
    expect(server.errors).toHaveLength(2)
  })

  test('one that throws after it has begun to answer breaks the answer off', async () => {
    const server = await serve({
      onRequest: (_, response) => {
        response.stream(200, {}).write('x')
        throw new Error('mistake')
      },
    })
    await expect(fetch(server.url).then((answer) => answer.text())).rejects.toThrow()
    expect(server.errors).toHaveLength(1)
  })

  test('a second answer is reported', async () => {
    const server = await serve({
      onRequest: (_, response) => {
        response.stream(200, {})
        response.send(200, {}, 'again')
      },
    })
    await expect(fetch(server.url).then((answer) => answer.text())).rejects.toThrow()
    expect(server.errors).toMatchObject([{ code: 'ERR_HTTP_HEADERS_SENT' }])
  })
})
