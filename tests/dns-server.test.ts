import { Resolver } from 'node:dns/promises'
import { connect } from 'node:net'
import { encode, streamDecode } from 'dns-packet'
import { expect, onTestFinished, test } from 'vitest'
import { inProcessClient } from '../src/client/in-process-client.ts'
import { startDnsServer } from '../src/dns/dns-server.ts'
import { Store } from '../src/store/store.ts'
import { liveClock } from '../src/world/live/clock.ts'
import { liveNetwork } from '../src/world/live/network.ts'
import { seededRandom } from '../src/world/random.ts'

const PORT = 5_353
const NAME = 'web.shop.svc.cluster.local'

/** Linux has all of 127.0.0.0/8; another run of this test has another process id. */
const host = `127.53.${(process.pid >> 8) & 255}.${process.pid & 255}`

async function start() {
  const [clock, random] = [liveClock(), seededRandom(1)]
  const client = inProcessClient(new Store({ clock, random }))
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } } as const
  await client.create('Namespace', namespace)
  const server = await startDnsServer({
    client,
    clock,
    random,
    network: liveNetwork(),
    address: { host, port: PORT },
    domain: 'cluster.local',
  })
  onTestFinished(() => server.stop())
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  resolver.setServers([`${host}:${PORT}`])
  return { client, resolver, server }
}

function slice(addresses: readonly string[]) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      labels: { 'kubernetes.io/service-name': 'web' },
    },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({
      addresses: [address],
      conditions: { ready: true },
    })),
    ports: [{ name: 'http', port: 8080 }],
  } as const
}

const HEADLESS = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] },
} as const

test('names follow the objects without a lag', async () => {
  const { client, resolver } = await start()
  await expect(resolver.resolve4(NAME)).rejects.toMatchObject({ code: 'ENOTFOUND' })
  await client.create('Service', HEADLESS)
  const made = await client.create('EndpointSlice', slice(['10.0.0.1']))
  expect(await resolver.resolve4(NAME, { ttl: true })).toEqual([{ address: '10.0.0.1', ttl: 30 }])
  await expect(resolver.resolve6(NAME)).rejects.toMatchObject({ code: 'ENODATA' })
  await client.update('EndpointSlice', { ...made, ...slice(['10.0.0.2']), metadata: made.metadata })
  expect(await resolver.resolve4(NAME)).toEqual(['10.0.0.2'])
  await client.delete('Service', { namespace: 'shop', name: 'web' })
  await expect(resolver.resolve4(NAME)).rejects.toMatchObject({ code: 'ENOTFOUND' })
  await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' })
})

test('what does not fit into a datagram is asked for again by a stream, and each address is first at times', async () => {
  const { client, resolver } = await start()
  await client.create('Service', HEADLESS)
  const addresses = Array.from({ length: 90 }, (_, at) => `10.0.0.${at + 1}`)
  await client.create('EndpointSlice', slice(addresses))
  const found = await resolver.resolve4(NAME)
  expect(found.toSorted()).toEqual(addresses.toSorted())
  const firsts = new Set<string | undefined>()
  for (let round = 0; round < 5; round++) firsts.add((await resolver.resolve4(NAME))[0])
  expect(firsts.size).toBeGreaterThan(1)
})

function question(id: number): Buffer {
  const bytes = encode({ type: 'query', id, questions: [{ type: 'NS', name: 'cluster.local' }] })
  return Buffer.concat([Buffer.from([0, bytes.length]), bytes])
}

test('a stream takes questions in pieces and in a row, and ends with its asker', async () => {
  await start()
  const socket = connect({ host, port: PORT })
  const whole = Buffer.concat([question(1), question(2)])
  socket.write(whole.subarray(0, 1))
  await new Promise((resolve) => socket.write(whole.subarray(1, 50), resolve))
  socket.end(whole.subarray(50))
  const received: Buffer[] = []
  for await (const bytes of socket) received.push(bytes)
  const answers = Buffer.concat(received)
  const first = answers.readUInt16BE(0) + 2
  expect(streamDecode(answers.subarray(0, first)).id).toBe(1)
  expect(streamDecode(answers.subarray(first)).id).toBe(2)
})

test('an address that is taken is refused, and free again after the end', async () => {
  const { server } = await start()
  await expect(start()).rejects.toMatchObject({ code: 'service-address', exitCode: 3 })
  await server.stop()
  await start()
})
