import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { CallError, type CallAnswer, type HttpCallers } from '../http-caller.ts'
import { errnoOf } from './errno.ts'
import { http } from './http-modules.ts'
import { LiveByteStream } from './http-upgrade.ts'

/** Of an answer that refuses, what is read. */
const REFUSAL_BYTES_MAX = 64 * 1024

/** `HttpCallers.openStream`, over plain HTTP. */
export const openUpgradedStream: HttpCallers['openStream'] = (endpoint, call, handlers) => {
  const { socketPath, baseUrl } = endpoint
  const { hostname, port } = new URL(baseUrl)
  const length = call.body === undefined ? 0 : Buffer.byteLength(call.body)
  return new Promise((resolve, reject) => {
    const request = http().request({
      method: call.method,
      path: call.target,
      hostname,
      ...(port === '' ? {} : { port }),
      ...(socketPath === undefined ? {} : { socketPath }),
      agent: false,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'tcp',
        'content-length': String(length),
        ...call.headers,
      },
    })
    const fail = (code: string, message: string) => {
      clearTimeout(deadline)
      request.destroy()
      reject(new CallError(code, message))
    }
    const deadline = setTimeout(
      () => fail('TIMEOUT', `no answer within ${call.timeoutMs} ms`),
      call.timeoutMs,
    )
    request.on('error', (error) => fail(errnoOf(error, 'EINVAL'), error.message))
    request.on('upgrade', (_response, socket, head) => {
      clearTimeout(deadline)
      socket.on('error', () => undefined)
      if (head.length > 0) socket.unshift(head)
      const breakOff = () => socket.destroy()
      const stream = new LiveByteStream(socket, handlers, (act) => {
        try {
          act()
        } catch (error) {
          breakOff()
          throw error
        }
      })
      resolve({ stream })
    })
    request.on('response', (response) => {
      readRefusal(response, (refused) => {
        clearTimeout(deadline)
        request.destroy()
        resolve({ refused })
      })
    })
    request.end(call.body)
  })
}

function readRefusal(response: IncomingMessage, onAnswer: (answer: CallAnswer) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    if (bytes < REFUSAL_BYTES_MAX) chunks.push(chunk)
    bytes += chunk.length
  })
  response.on('close', () => {
    const body = Buffer.concat(chunks).toString()
    onAnswer({ status: response.statusCode ?? 0, headers: {}, body })
  })
}
