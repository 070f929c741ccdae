import type { Clock } from '../world/clock.ts'
import {
  type HttpAnswer,
  type HttpRequest,
  HttpRequestError,
  type Network,
  type SocketError,
} from '../world/network.ts'

/** One HTTP/1.1 exchange on a connection of its own: what the live door does for probes and hooks. */
export async function requestOver(
  network: Pick<Network, 'connect'>,
  clock: Clock,
  { method, url, headers, timeoutMs, bodyBytesMax, signal }: HttpRequest,
): Promise<HttpAnswer> {
  if (!URL.canParse(url)) throw new HttpRequestError('EINVAL', 'Invalid URL')
  const { hostname, port, pathname, search, host } = new URL(url)
  return new Promise((resolve, reject) => {
    let received = ''
    let isDone = false
    const decoder = new TextDecoder('latin1')
    const timer = clock.after(timeoutMs, () => fail('TIMEOUT', 'no answer in time'))
    const connection = network.connect(
      { host: hostname, port: Number(port === '' ? 80 : port) },
      {
        onOpen() {
          const lines = Object.entries({ Host: host, Connection: 'close', ...headers })
          const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
          const text = `${method} ${pathname}${search} HTTP/1.1\r\n${head}\r\n`
          connection.write(new TextEncoder().encode(text))
        },
        onData(bytes) {
          received += decoder.decode(bytes)
          const answer = parseAnswer(received, false, bodyBytesMax)
          if (answer !== undefined) finish(answer)
        },
        onEnd() {
          const answer = parseAnswer(received, true, bodyBytesMax)
          if (answer === undefined) fail('ECONNRESET', 'EOF')
          else finish(answer)
        },
        onClose(error?: SocketError) {
          fail(error?.code ?? 'ECONNRESET', error === undefined ? 'EOF' : error.syscall)
        },
      },
    )
    const onAbort = () => fail('ABORTED', 'it was broken off')
    signal?.addEventListener('abort', onAbort)
    const settle = () => {
      isDone = true
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
    }
    const finish = (answer: HttpAnswer) => {
      if (isDone) return
      settle()
      connection.end()
      resolve(answer)
    }
    const fail = (code: string, message: string) => {
      if (isDone) return
      settle()
      connection.reset()
      reject(new HttpRequestError(code, message, received.includes('\r\n\r\n')))
    }
    if (signal?.aborted === true) onAbort()
  })
}

/** Undefined while the answer is not complete. Without a Content-Length it ends with the connection. */
function parseAnswer(
  text: string,
  hasEnded: boolean,
  bodyBytesMax: number,
): HttpAnswer | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  const body = text.slice(headEnd + 4)
  const length = headers['content-length']
  const isComplete = length === undefined ? hasEnded : body.length >= Number(length)
  if (!isComplete) return undefined
  return { status: Number(statusLine.split(' ')[1]), headers, body: body.slice(0, bodyBytesMax) }
}
