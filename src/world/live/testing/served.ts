import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { HttpServerHandlers, HttpServerOptions, UpgradeRequest } from '../../http-server.ts'
import { liveHttpServers, type HttpServerTimeouts } from '../http-server.ts'

/** A live server for one test, and what its `onError` was told. */
export async function serve(
  handlers: Partial<HttpServerHandlers>,
  options: Partial<HttpServerOptions> & { timeouts?: Partial<HttpServerTimeouts> } = {},
) {
  const errors: unknown[] = []
  const server = await liveHttpServers(options.timeouts).listen({
    listen: { host: '127.0.0.1', port: 0 },
    handlers: {
      onRequest: (_, response) => response.send(200, {}, 'ok'),
      onUpgrade: refuseUpgrade,
      ...handlers,
    },
    onError: (error) => errors.push(error),
    ...options,
  })
  onTestFinished(() => server.close())
  return { ...server, url: `http://127.0.0.1:${server.port}`, errors }
}

export function refuseUpgrade(request: UpgradeRequest): void {
  request.refuse(400, { 'content-type': 'text/plain' }, 'no upgrades here')
}

/** A WebSocket whose owner does not care. */
export const SILENT = {
  onMessage: () => undefined,
  onDrain: () => undefined,
  onClose: () => undefined,
}

/** A raw client: what a well-behaved one would never send. Its own side stays open until it ends it. */
export async function connectRaw(
  port: number,
  text: string,
): Promise<{ readonly socket: Socket; readonly text: () => string }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  onTestFinished(() => void socket.destroy())
  let seen = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => (seen += chunk))
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(text)
  return { socket, text: () => seen }
}

export const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
