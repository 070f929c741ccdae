import { request } from 'node:http'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { invariant } from '../../src/base/invariant.ts'
import { latin1Bytes, NAMED_ANSWERS } from '../../src/load/testing/response-corpus.ts'
import { theirVerdict } from './llhttp.ts'

/** The verdict that is compared with must be the one of the client itself, as it talks to a server. */

let server: Server
let port = 0

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => {
      const index = Number(/^GET \/(\d+) /.exec(bytes.toString('latin1'))?.[1])
      socket.end(NAMED_ANSWERS[index]?.text ?? '', 'latin1')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(address !== null && typeof address === 'object', 'the server listens on a port')
  port = address.port
})

afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())))

/** The status of a complete answer, or `refused`. */
function ask(index: number): Promise<number | 'refused'> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: `/${index}`, agent: false }
    const sent = request({ ...options, maxHeaderSize: 65_536 }, (response) => {
      response.resume()
      response.on('error', () => undefined)
      // A switch of protocols that names none is handed over like an answer.
      const isAnswer = () => response.complete && response.statusCode !== 101
      response.on('close', () => resolve(isAnswer() ? response.statusCode! : 'refused'))
    })
    sent.on('upgrade', (_, socket) => {
      socket.destroy()
      resolve('refused')
    })
    sent.on('error', () => resolve('refused'))
    sent.end()
  })
}

test('llhttp is asked as the client of Node asks it', async () => {
  const different: unknown[] = []
  for (const [index, { name, text }] of NAMED_ANSWERS.entries()) {
    const verdict = theirVerdict([latin1Bytes(text)], false)
    const isComplete = verdict.kind === 'whole' || verdict.kind === 'followed'
    const asked = await ask(index)
    if (asked !== (isComplete ? verdict.status : 'refused'))
      different.push({ name, asked, verdict })
  }
  expect(different).toEqual([])
  expect(NAMED_ANSWERS.length).toBeGreaterThan(100)
})
