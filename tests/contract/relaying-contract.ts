import { createHash } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { StartDataPlane } from '../../src/proxy/data-plane.ts'
import {
  endpointAt,
  freePort,
  joined,
  routeTo,
  serverForTest,
  startForTest,
} from './data-plane-contract.ts'
import { CLUSTER_IP } from './data-plane-contract.ts'
import { dialTcp, type TcpPeer } from './tcp-peer.ts'

type End = 'client' | 'server'

/** What every data plane promises about the bytes and the ends of a connection. */
export function describeRelaying(name: string, start: StartDataPlane): void {
  describe(`${name}: connections`, () => {
    describe.each<[from: End, to: End]>([
      ['client', 'server'],
      ['server', 'client'],
    ])('what the %s does reaches the %s', (from, to) => {
      async function joinedEnds(): Promise<{ near: TcpPeer; far: TcpPeer }> {
        const ends = await joined(start)
        return { near: ends[from], far: ends[to] }
      }

      test('FIN before any byte arrives as FIN, and the other direction goes on', async () => {
        const { near, far } = await joinedEnds()
        near.socket.end()
        await far.ended
        far.socket.write('one more thing')
        await near.arrived('one more thing')
        far.socket.end()
        expect(await near.closed).toBeUndefined()
        expect(await far.closed).toBeUndefined()
      })

      test('FIN after bytes arrives after them', async () => {
        const { near, far } = await joinedEnds()
        near.socket.end('last words')
        await far.ended
        expect(far.received()).toBe('last words')
        far.socket.end('an answer')
        expect(await near.closed).toBeUndefined()
        expect(near.received()).toBe('an answer')
      })

      test('RST before any byte arrives as RST', async () => {
        const { near, far } = await joinedEnds()
        near.socket.resetAndDestroy()
        expect(await far.closed).toBe('ECONNRESET')
      })

      test('RST in the middle of an exchange arrives as RST, after the bytes before it', async () => {
        const { near, far } = await joinedEnds()
        far.socket.write('question')
        await near.arrived('question')
        near.socket.write('half an answ')
        await far.arrived('half an answ')
        near.socket.resetAndDestroy()
        expect(await far.closed).toBe('ECONNRESET')
        expect(far.received()).toBe('half an answ')
      })

      test('RST after a FIN of the other side arrives as RST', async () => {
        const { near, far } = await joinedEnds()
        far.socket.end('that was all')
        await near.ended
        near.socket.resetAndDestroy()
        expect(await far.closed).toBe('ECONNRESET')
      })

      test("RST in the instant of the other side's FIN ends both", async () => {
        const { near, far } = await joinedEnds()
        far.socket.end()
        near.socket.resetAndDestroy()
        await far.closed
        await near.closed
      })
    })

    test('a client that sends and half-closes before the endpoint is reached is heard in full', async () => {
      const { dataPlane } = await startForTest(start)
      const listener = await serverForTest()
      const port = await freePort()
      await dataPlane.program([routeTo(port, endpointAt(listener))])
      const client = dialTcp(CLUSTER_IP, port)
      client.socket.end('all at once')
      const server = await listener.accept()
      await server.ended
      expect(server.received()).toBe('all at once')
      server.socket.end('thanks')
      expect(await client.closed).toBeUndefined()
      expect(client.received()).toBe('thanks')
    })

    test('a client that resets at once is reported, and its endpoint sees the reset', async () => {
      const { dataPlane, reports } = await startForTest(start)
      const listener = await serverForTest()
      const port = await freePort()
      await dataPlane.program([routeTo(port, endpointAt(listener))])
      const client = dialTcp(CLUSTER_IP, port)
      client.socket.once('connect', () => client.socket.resetAndDestroy())
      const server = await listener.accept()
      expect(await server.closed).toBe('ECONNRESET')
      expect(await reports(1)).toMatchObject([{ result: 'connected' }])
    })

    test('10 MB pass both ways at once, whole, though both readers are slow', async () => {
      const { client, server } = await joined(start)
      const digests = [drainSlowly(client), drainSlowly(server)]
      const [fromClient, fromServer] = [pattern(1), pattern(2)]
      client.socket.end(fromClient)
      server.socket.end(fromServer)
      expect(await Promise.all(digests)).toEqual([digest(fromServer), digest(fromClient)])
    })

    test('a reader that stands still holds its sender back', async () => {
      const { client, server } = await joined(start)
      onTestFinished(() => void client.socket.destroy())
      client.socket.pause()
      server.socket.write(Buffer.alloc(64 * 1024 * 1024))
      const stillQueued = await settledQueue(server)
      // Far more than all kernel buffers and ours together stays with the sender.
      expect(stillQueued).toBeGreaterThan(32 * 1024 * 1024)
    })
  })
}

const MEGABYTES_10 = 10 * 1024 * 1024

function pattern(seed: number): Buffer {
  const bytes = Buffer.alloc(MEGABYTES_10)
  for (let index = 0; index < bytes.length; index += 4) {
    bytes.writeUInt32LE(Math.imul(index + seed, 2_654_435_761) >>> 0, index)
  }
  return bytes
}

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Reads with a pause after each chunk until FIN. */
async function drainSlowly({ socket, ended, received }: TcpPeer): Promise<string> {
  socket.on('data', () => {
    socket.pause()
    setImmediate(() => setImmediate(() => socket.resume()))
  })
  await ended
  return digest(Buffer.from(received(), 'latin1'))
}

/** Bytes that the kernel has not taken, once it has taken nothing for a while. */
async function settledQueue({ socket }: TcpPeer): Promise<number> {
  let last = -1
  for (let quiet = 0; quiet < 20; quiet++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    if (socket.writableLength !== last) quiet = 0
    last = socket.writableLength
  }
  return last
}
