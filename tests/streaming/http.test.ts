import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { startStreamingServer } from '../support/streaming-server.ts'

const WEB = '/api/v1/namespaces/default/pods/web'

test('a client that does not read stops the log, and one that has gone ends it', async () => {
  const { url, access } = await startStreamingServer()
  access.logText = 'flood'
  const client = connect({ port: Number(new URL(url).port), host: '127.0.0.1' })
  onTestFinished(() => void client.destroy())
  client.pause()
  client.write(`GET ${WEB}/log?follow=true HTTP/1.1\r\nHost: x\r\n\r\n`)
  await expect.poll(() => access.paused).toBe(1)
  const { flooded } = access
  client.resume()
  await expect.poll(() => access.flooded > flooded + 10_000_000).toBe(true)
  client.destroy()
  await expect.poll(() => access.stopped).toBe(1)
})

test('a client of exec that does not read stops the command, and closing ends it', async () => {
  const { url, access } = await startStreamingServer()
  const client = new WebSocket(
    `${url.replace('http', 'ws')}${WEB}/exec?command=flood&stdout=true`,
    ['v4.channel.k8s.io'],
  )
  onTestFinished(() => client.terminate())
  await once(client, 'open')
  client.pause()
  await expect.poll(() => access.paused).toBe(1)
  client.resume()
  await expect.poll(() => access.flooded > 30_000_000).toBe(true)
  client.terminate()
  await expect.poll(() => access.stopped).toBe(1)
})

test.each([
  ['v4.base64.channel.k8s.io', ['1', '1dG8gc3Rkb3V0Cg==', '2dG8gc3RkZXJyCg==']],
  ['v5.channel.k8s.io', ['\u0001', '\u0001to stdout\n', '\u0002to stderr\n']],
  ['channel.k8s.io', ['\u0001', '\u0001to stdout\n', '\u0002to stderr\n']],
])('%s: each message begins with its channel, the last one tells the end', async (name, first) => {
  const { url, access } = await startStreamingServer()
  const client = new WebSocket(
    `${url.replace('http', 'ws')}${WEB}/exec?command=say&command=3&tty=0`,
    ['unknown', name],
  )
  const messages: string[] = []
  client.on('message', (bytes: Buffer) => messages.push(bytes.toString()))
  const [code] = await once(client, 'close')
  expect(code).toBe(1000)
  expect(client.protocol).toBe(name)
  expect(messages.slice(0, 3)).toEqual(first)
  const last = name.includes('base64') ? atob(messages[3]?.slice(1) ?? '') : messages[3]?.slice(1)
  if (name === 'channel.k8s.io') expect(last).toContain('exit status 3')
  else
    expect(JSON.parse(last ?? '')).toMatchObject({
      reason: 'NonZeroExitCode',
      details: { causes: [{ message: '3' }] },
    })
  expect(access.asked).toMatchObject([{ stdout: true, stderr: true }])
})

test('a closed stdin, sizes of the terminal and unknown channels', async () => {
  const { url, access } = await startStreamingServer()
  const client = new WebSocket(
    `${url.replace('http', 'ws')}${WEB}/exec?command=cat&stdin=true&tty=true`,
    ['v5.channel.k8s.io'],
  )
  const messages: string[] = []
  client.on('message', (bytes: Buffer) => messages.push(bytes.toString()))
  await once(client, 'open')
  client.send('\u0004{"Width":120,"Hei')
  client.send('\u0004ght":40}{"Width":0,"Height":1}nonsense')
  client.send('\u0009what')
  client.send('')
  client.send('\u0000abc')
  client.send(Buffer.from([255, 0]))
  await once(client, 'close')
  expect(messages.slice(1)).toEqual(['\u0001abc', '\u0003{"metadata":{},"status":"Success"}'])
  // Told before the command was started, and so part of its start.
  expect(access.asked).toMatchObject([{ tty: true, size: { columns: 120, rows: 40 } }])
  expect(access.sizes).toEqual([])
})

test('a terminal has its size also when its client has begun to type; one that tells none is not waited for', async () => {
  const { url, access } = await startStreamingServer()
  const exec = `${url.replace('http', 'ws')}${WEB}/exec?stdin=true&tty=true&command=`
  const run = async (command: string, ...messages: readonly (string | Buffer)[]) => {
    const client = new WebSocket(`${exec}${command}`, ['v5.channel.k8s.io'])
    await once(client, 'open')
    for (const message of messages) client.send(message)
    await once(client, 'close')
  }
  const size = '\u0004{"Width":120,"Height":40}'
  const end = Buffer.from([255, 0])
  await run('cat', '\u0000abc', size, end)
  await run('cat', `\u0000${'x'.repeat(70_000)}`, size, end)
  await run('say')
  expect(access.asked.map((options) => 'size' in options)).toEqual([true, false, false])
  expect(access.sizes).toEqual([{ columns: 120, rows: 40 }])
})

test.each([
  ['exec?command=x&container=nope', 400, 'container nope is not valid for pod web'],
  ['exec', 400, 'you must specify a command'],
  [
    'exec?command=x&stdout=false&stderr=0',
    400,
    'you must specify at least 1 of stdin, stdout, stderr',
  ],
  ['exec?command=x', 400, 'unable to upgrade: none of the protocols is known: other'],
  [
    'portforward',
    400,
    'unable to upgrade: SPDY/3.1+portforward.k8s.io is the only protocol of port-forward over WebSockets',
  ],
])('%s is refused before the upgrade', async (path, status, message) => {
  const { url } = await startStreamingServer()
  const client = new WebSocket(`${url.replace('http', 'ws')}${WEB}/${path}`, ['other'])
  client.on('error', () => undefined)
  const [, answer] = await once(client, 'unexpected-response')
  expect(answer.statusCode).toBe(status)
  const text = (await answer.setEncoding('utf8').toArray()).join('')
  expect(JSON.parse(text)).toMatchObject({ message, reason: 'BadRequest' })
})

async function backend(listener: RequestListener) {
  const server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { url, access } = await startStreamingServer()
  const prefix = `/api/v1/namespaces/default/pods/web:${port}/proxy`
  return { server, access, url: `${url}${prefix}`, prefix, port }
}

test('a proxied request arrives with its path, query and body, without what is the API server’s', async () => {
  const { url, prefix } = await backend((request, answer) => {
    const { method, url: target, headers } = request
    void request
      .toArray()
      .then((body) =>
        answer.end(JSON.stringify({ method, target, headers, body: String(Buffer.concat(body)) })),
      )
  })
  const headers = { authorization: 'Bearer secret', 'x-own': 'a', te: 'trailers' }
  const seen: unknown = await (
    await fetch(`${url}/a%2Fb/?c=d`, { method: 'PUT', body: 'text', headers })
  ).json()
  expect(seen).toMatchObject({ method: 'PUT', target: '/a%2Fb/?c=d', body: 'text' })
  expect(seen).toMatchObject({
    headers: {
      'x-own': 'a',
      'x-forwarded-uri': `${prefix}/a%2Fb/`,
      'x-forwarded-for': '127.0.0.1',
      'content-length': '4',
    },
  })
  expect(seen).not.toHaveProperty('headers.authorization')
  expect(seen).not.toHaveProperty('headers.te')
  // "é" in UTF-8: two bytes, of which fetch takes each for a character.
  const named = await (await fetch(url, { headers: { 'x-own': 'Ã©' } })).json()
  expect(named).toMatchObject({ headers: { 'x-own': 'Ã©' } })
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('in '))
      controller.enqueue(new TextEncoder().encode('parts'))
      controller.close()
    },
  })
  const parts = await fetch(url, { method: 'POST', body: stream, duplex: 'half' })
  expect(await parts.json()).toMatchObject({ target: '/', body: 'in parts' })
})

test.each<[string, RequestListener, number, string]>([
  [
    'of a known length',
    (_, answer) => answer.writeHead(202, { 'content-length': 2 }).end('ok'),
    202,
    'ok',
  ],
  [
    'in chunks',
    (_, answer) => {
      answer.write('a')
      setImmediate(() => answer.end('b'))
    },
    200,
    'ab',
  ],
  [
    'until the end',
    (_, answer) => {
      answer.useChunkedEncodingByDefault = false
      answer.removeHeader('connection')
      answer.end('x'.repeat(500_000))
    },
    200,
    'x'.repeat(500_000),
  ],
  ['without a body', (_, answer) => answer.writeHead(204).end(), 204, ''],
  [
    'after a hint',
    (_, answer) => {
      answer.writeEarlyHints({ link: '</a>; rel=preload' })
      answer.end('ok')
    },
    200,
    'ok',
  ],
])('a proxied answer %s comes through', async (_, listener, status, body) => {
  const { url } = await backend(listener)
  const answer = await fetch(url)
  expect(answer.status).toBe(status)
  expect(await answer.text()).toBe(body)
})

test('HEAD has no body, cookies stay apart, and redirects lead back through the proxy', async () => {
  const { url, prefix } = await backend((_, answer) => {
    answer
      .writeHead(302, { location: '/login', 'set-cookie': ['a=1', 'b=2'], 'content-length': 5 })
      .end()
  })
  const answer = await fetch(url, { method: 'HEAD', redirect: 'manual' })
  expect(answer.headers.get('location')).toBe(`${prefix}/login`)
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})

test('a backend that is not there, or breaks off, is told', async () => {
  const { url, server } = await backend((request, answer) => {
    if (request.url === '/early') request.socket.destroy()
    else
      answer.writeHead(200, { 'content-length': 10 }).write('part', () => request.socket.destroy())
  })
  const early = await fetch(`${url}/early`)
  expect(early.status).toBe(503)
  expect(await early.json()).toMatchObject({
    reason: 'ServiceUnavailable',
    message: expect.stringContaining('error trying to reach service:'),
  })
  await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow()
  server.close()
  await once(server, 'close')
  const gone = await fetch(url)
  expect(gone.status).toBe(503)
  expect(await gone.json()).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') })
})

test('an upgrade that no backend takes is answered by a Status', async () => {
  const { url, server } = await backend((_, answer) => answer.end('no upgrades here'))
  const failed = async () => {
    const client = new WebSocket(url.replace('http', 'ws'))
    client.on('error', () => undefined)
    const [, answer] = await once(client, 'unexpected-response')
    return JSON.parse((await answer.setEncoding('utf8').toArray()).join(''))
  }
  const status = { kind: 'Status', status: 'Failure', code: 500 }
  expect(await failed()).toMatchObject({
    ...status,
    message: 'invalid upgrade response: status code 200',
  })
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
  expect(await failed()).toMatchObject({
    ...status,
    message: expect.stringMatching(/^error dialing backend: .*ECONNREFUSED/),
  })
})

test('an upgrade goes through the proxy, or is refused by the backend', async () => {
  const { url, server } = await backend((_, answer) => answer.writeHead(418).end('no'))
  const refused = new WebSocket(url.replace('http', 'ws'))
  refused.on('error', () => undefined)
  const [, answer] = await once(refused, 'unexpected-response')
  expect(answer.statusCode).toBe(418)
  server.on('upgrade', (_, socket) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello ',
    )
    socket.pipe(socket)
  })
  const { port, pathname } = new URL(url)
  const client = connect({ port: Number(port), host: '127.0.0.1' })
  onTestFinished(() => void client.destroy())
  let seen = ''
  client.on('data', (bytes: Buffer) => (seen += bytes.toString()))
  client.write(
    `GET ${pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nthere`,
  )
  await expect.poll(() => seen).toMatch(/^HTTP\/1\.1 101 [^]*Upgrade: echo\r\n\r\nhello there$/)
})
