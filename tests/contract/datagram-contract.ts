import { describe, expect, test } from 'vitest'
import type { Address, Network } from '../../src/world/network.ts'

/** What every Network that has datagrams promises. `host` is an address that can be bound. */
export function describeDatagrams(name: string, makeNetwork: () => Network, host: string): void {
  describe(`${name} datagrams`, () => {
    test('a datagram arrives whole, with the address that an answer reaches', async () => {
      const network = makeNetwork()
      const server = await network.listenDatagrams({ host, port: 0 }, (bytes, from) =>
        server.send(new Uint8Array([...bytes, 9]), from),
      )
      const { listener: client, received } = await listenOnce(network, host)
      client.send(new Uint8Array([1, 2, 3]), { host, port: server.port })
      const { bytes, from } = await received
      expect([...bytes]).toEqual([1, 2, 3, 9])
      expect(from).toEqual({ host, port: server.port })
      await Promise.all([client.close(), server.close()])
    })

    test('what nobody takes is lost, and so is what is sent after the end', async () => {
      const network = makeNetwork()
      const gone = await network.listenDatagrams({ host, port: 0 }, () => undefined)
      await gone.close()
      await gone.close()
      gone.send(new Uint8Array([1]), { host, port: gone.port })
      const { listener: client, received } = await listenOnce(network, host)
      client.send(new Uint8Array([1]), { host, port: gone.port })
      client.send(new Uint8Array([2]), { host, port: client.port })
      expect([...(await received).bytes]).toEqual([2])
      await client.close()
    })

    test('a port that is bound is refused, and free again after its end', async () => {
      const network = makeNetwork()
      const first = await network.listenDatagrams({ host, port: 0 }, () => undefined)
      const again = () => network.listenDatagrams({ host, port: first.port }, () => undefined)
      await expect(again()).rejects.toMatchObject({ code: 'EADDRINUSE' })
      await first.close()
      await (await again()).close()
    })
  })
}

async function listenOnce(network: Network, host: string) {
  const { promise, resolve } = Promise.withResolvers<{
    readonly bytes: Uint8Array
    readonly from: Address
  }>()
  const listener = await network.listenDatagrams({ host, port: 0 }, (bytes, from) =>
    resolve({ bytes, from }),
  )
  return { listener, received: promise }
}
