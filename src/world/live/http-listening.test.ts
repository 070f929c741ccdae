import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ServerResponse } from '../http-server.ts'
import { liveCredentials } from './credentials.ts'
import { liveHttpServers } from './http-server.ts'
import { GET, SILENT, connectRaw, refuseUpgrade, serve } from './testing/served.ts'

describe('listening', () => {
  test('a port in use rejects with its errno', async () => {
    const server = await serve({})
    const again = liveHttpServers().listen({
      listen: { host: '127.0.0.1', port: server.port },
      handlers: { onRequest: () => undefined, onUpgrade: refuseUpgrade },
    })
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test('an inherited socket is listened on', async () => {
    const listener = createServer()
    await once(listener.listen(0, '127.0.0.1'), 'listening')
    const address = listener.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const script = `
      import { liveHttpServers } from ${JSON.stringify(new URL('./http-server.ts', import.meta.url).href)}
      const onRequest = (_, response) => response.send(200, {}, 'inherited')
      const server = await liveHttpServers().listen({ listen: { descriptor: 3 }, handlers: { onRequest, onUpgrade() {} } })
      console.log(server.port)`
    // A number of a descriptor is not among what Node shows of a listener.
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit', Reflect.get(Reflect.get(listener, '_handle'), 'fd')],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    listener.close()
    const [line] = await once(child.stdout, 'data')
    expect(Number(line)).toBe(port)
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('inherited')
  })

  test('closing frees the port, waits for answers under way, and breaks off watches after the grace', async () => {
    let answer: ServerResponse | undefined
    const server = await serve({
      onRequest: (request, response) => {
        if (request.target === '/watch') response.stream(200, {}).write('x')
        else if (request.target === '/idle') response.send(200, {}, '')
        else answer = response
      },
    })
    const watch = await connectRaw(server.port, GET.replace('/', '/watch'))
    const slow = await connectRaw(server.port, GET)
    const idle = await connectRaw(server.port, GET.replace('/', '/idle'))
    await expect
      .poll(() => idle.text() !== '' && answer !== undefined && watch.text() !== '')
      .toBe(true)
    const closed = server.close(300)
    await once(idle.socket, 'end')
    answer?.send(200, {}, 'done')
    await once(slow.socket, 'end')
    expect(slow.text()).toContain('done')
    expect(watch.socket.readableEnded).toBe(false)
    await closed
    await expect.poll(() => watch.socket.readableEnded).toBe(true)
    await expect(fetch(server.url)).rejects.toThrow()
  })

  test('connections beyond the bound are closed at once', async () => {
    const server = await serve({}, { connectionsMax: 1 })
    const first = await connectRaw(server.port, GET)
    await expect.poll(first.text).toContain('ok')
    const second = await connectRaw(server.port, GET)
    await expect.poll(() => second.socket.readableEnded || second.socket.destroyed).toBe(true)
    expect(second.text()).toBe('')
  })
})

describe('TLS', () => {
  test('1.2 and 1.3 are spoken, and nothing older', async () => {
    const server = await serve({}, { tls: await newCredentials() })
    const hello = (
      minVersion: 'TLSv1' | 'TLSv1.2',
      maxVersion: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3',
    ) => {
      const socket = tlsConnect({
        port: server.port,
        rejectUnauthorized: false,
        ALPNProtocols: ['h2', 'http/1.1'],
        minVersion,
        maxVersion,
        ciphers: 'DEFAULT@SECLEVEL=0',
      })
      onTestFinished(() => void socket.destroy())
      return once(socket, 'secureConnect').then(() => {
        socket.write(GET)
        return [socket.getProtocol(), socket.alpnProtocol]
      })
    }
    expect(await hello('TLSv1.2', 'TLSv1.2')).toEqual(['TLSv1.2', 'http/1.1'])
    expect(await hello('TLSv1.2', 'TLSv1.3')).toEqual(['TLSv1.3', 'http/1.1'])
    await expect(hello('TLSv1', 'TLSv1.1')).rejects.toThrow()
  })

  test('WebSockets work over it', async () => {
    const server = await serve(
      {
        onUpgrade: (request) => {
          request.acceptWebSocket('a', SILENT).send(Buffer.from('x'))
        },
      },
      { tls: await newCredentials() },
    )
    const client = new WebSocket(`wss://127.0.0.1:${server.port}`, ['a'], {
      rejectUnauthorized: false,
    })
    expect(String((await once(client, 'message'))[0])).toBe('x')
    client.terminate()
  })
})

function newCredentials() {
  return liveCredentials().newServer({ dnsNames: [], addresses: ['127.0.0.1'], nowMs: Date.now() })
}
