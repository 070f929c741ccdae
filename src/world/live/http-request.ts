import { Buffer } from 'node:buffer'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { errnoOf } from './errno.ts'
import { http, https } from './http-modules.ts'
import { HttpRequestError, type HttpAnswer, type HttpRequest } from '../network.ts'

/** One HTTP/1.1 exchange on a connection of its own, with one deadline over all of it. */
export async function requestHttp(asked: HttpRequest): Promise<HttpAnswer> {
  const request = openRequest(asked)
  return new Promise((resolve, reject) => {
    let answered = false
    const timeout = setTimeout(
      () => fail('TIMEOUT', `no answer within ${asked.timeoutMs} ms`),
      asked.timeoutMs,
    )
    const onAbort = () => fail('ABORTED', 'it was broken off')
    const settle = () => {
      clearTimeout(timeout)
      asked.signal?.removeEventListener('abort', onAbort)
      request.destroy()
    }
    const finish = (answer: HttpAnswer) => {
      settle()
      resolve(answer)
    }
    const fail = (code: string, message: string) => {
      settle()
      reject(new HttpRequestError(code, message, answered))
    }
    const failWith = (error: Error) => fail(errnoOf(error), error.message)
    request.on('error', failWith)
    request.on('close', () => {
      if (!answered) fail('ECONNRESET', 'the connection was closed without an answer')
    })
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      finish(answerOf(response, []))
    })
    request.on('response', (response) => {
      answered = true
      readBody(response, asked.bodyBytesMax, finish, failWith)
    })
    if (asked.signal?.aborted === true) return onAbort()
    asked.signal?.addEventListener('abort', onAbort)
    request.end()
  })
}

/** Throws HttpRequestError for an address or a header that cannot be written down. */
function openRequest({ method, url, headers }: HttpRequest): ClientRequest {
  const options = {
    method,
    headers: Object.fromEntries(Object.entries(headers).map(asBytes)),
    agent: false,
    autoSelectFamily: false,
    rejectUnauthorized: false,
  } as const
  try {
    return url.startsWith('https:') ? https().request(url, options) : http().request(url, options)
  } catch (error) {
    throw new HttpRequestError('EINVAL', error instanceof Error ? error.message : String(error))
  }
}

/** Headers are written byte by byte (latin1); what is not ASCII goes as UTF-8, as Go's client sends it. */
export function asBytes([name, value]: readonly [string, string]): readonly [string, string] {
  return [name, Buffer.from(value).toString('latin1')]
}

function readBody(
  response: IncomingMessage,
  bytesMax: number,
  finish: (answer: HttpAnswer) => void,
  fail: (error: Error) => void,
): void {
  const chunks: Buffer[] = []
  let length = 0
  response.on('data', (chunk: Buffer) => {
    const taken = chunk.subarray(0, bytesMax - length)
    chunks.push(taken)
    length += taken.length
    if (length >= bytesMax) finish(answerOf(response, chunks))
  })
  response.on('end', () => finish(answerOf(response, chunks)))
  response.on('error', fail)
}

function answerOf(response: IncomingMessage, chunks: readonly Buffer[]): HttpAnswer {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString() }
}
