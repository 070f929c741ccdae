import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { openRelay } from './tcp-relay.ts'

const cleanUps: (() => void)[] = []

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp()
})

async function relayTo(target: { readonly host: string; readonly port: number }) {
  const directory = mkdtempSync(join(tmpdir(), 'hitless-relay-'))
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, 'relay.sock')
  const relay = await openRelay(path, target)
  cleanUps.push(() => relay.close())
  return { path, relay }
}

async function listen(server: Server): Promise<{ readonly host: string; readonly port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => server.close())
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

test('what a client says reaches the target, and its answer the client, after the end of the question too', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    void text(socket).then((question) => socket.end(`answer to ${question}`))
  })
  const { path } = await relayTo(await listen(server))
  const client = connect({ path, allowHalfOpen: true })
  client.end('question')
  expect(await text(client)).toBe('answer to question')
})

test.each([230_000, 240_000, 250_000, 260_000])(
  'an answer of %d bytes is whole, though it is read late',
  async (length) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.resume()
      socket.once('end', () => socket.end(Buffer.alloc(length, 'a')))
    })
    const { path } = await relayTo(await listen(server))
    const client = connect({ path, allowHalfOpen: true })
    client.pause()
    client.end('question')
    // By then the target has ended its side, and the relay has what the client's socket does not take.
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect((await text(client)).length).toBe(length)
  },
)

test('a target that refuses ends the connection', async () => {
  const server = createServer()
  const target = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  const { path } = await relayTo(target)
  const client = connect(path)
  const ended = new Promise((resolve) => client.once('close', resolve))
  client.on('error', () => undefined)
  client.resume()
  await ended
})

test('closing ends what is open', async () => {
  const server = createServer((socket) => socket.resume())
  const { path, relay } = await relayTo(await listen(server))
  const reached = new Promise((resolve) => server.once('connection', resolve))
  const client = connect(path)
  await reached
  const ended = new Promise((resolve) => client.once('close', resolve))
  client.on('error', () => undefined)
  client.resume()
  relay.close()
  await ended
})
