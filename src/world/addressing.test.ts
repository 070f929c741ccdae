import { expect, test } from 'vitest'
import { podPort, translate, translatedNetwork, type Addressing } from './addressing.ts'
import type { HttpRequest, Network } from './network.ts'

const ADDRESSES: Addressing = {
  serviceNetwork: '10.96.',
  podNetwork: '10.244.',
  by: 'addresses',
  lowestPort: 1024,
}
const PORTS: Addressing = { ...ADDRESSES, by: 'ports' }
const { podNetwork: _, ...SERVICES } = ADDRESSES

test.each<[string, number, Addressing | undefined, string, number]>([
  ['10.244.0.2', 80, undefined, '10.244.0.2', 80],
  ['10.244.0.2', 5000, ADDRESSES, '127.244.0.2', 5000],
  ['10.96.31.7', 8080, ADDRESSES, '127.96.31.7', 8080],
  // Whoever may not listen there does so elsewhere; pods are programs, and choose for themselves.
  ['10.96.31.7', 80, ADDRESSES, '127.96.31.7', 60_080],
  ['10.96.31.7', 80, { ...ADDRESSES, lowestPort: 0 }, '127.96.31.7', 80],
  ['10.244.0.2', 80, ADDRESSES, '127.244.0.2', 80],
  ['10.1.2.3', 80, ADDRESSES, '10.1.2.3', 80],
  ['127.0.0.1', 80, ADDRESSES, '127.0.0.1', 80],
  ['10.244.0.2', 5000, SERVICES, '10.244.0.2', 5000],
  ['10.244.1.2', 5000, PORTS, '127.0.0.1', 20_258],
])('%s:%i is %s:%i', (host, port, addressing, realHost, realPort) => {
  expect(translate({ host, port }, addressing)).toEqual({ host: realHost, port: realPort })
})

test('where addresses are ports, pods and ports of Services have one each', () => {
  const pods = Array.from({ length: 200 }, (_one, index) => podPort(`10.244.0.${index + 2}`))
  expect(new Set(pods).size).toBe(200)
  const [http, metrics] = [80, 9090].map(
    (port) => translate({ host: '10.96.3.4', port }, PORTS).port,
  )
  expect(http).not.toBe(metrics)
  expect(Math.min(http ?? 0, metrics ?? 0)).toBeGreaterThanOrEqual(30_000)
})

test('a request goes to the real address, and its server hears the one of the cluster', async () => {
  const seen: HttpRequest[] = []
  const network: Network = {
    connect: () => {
      throw new Error('not asked')
    },
    listen: () => Promise.reject(new Error('not asked')),
    listenDatagrams: () => Promise.reject(new Error('not asked')),
    request: (request) => {
      seen.push(request)
      return Promise.resolve({ status: 200, headers: {}, body: '' })
    },
    requestHttp2: () => Promise.reject(new Error('not asked')),
  }
  const translated = translatedNetwork(network, ADDRESSES)
  const request = { method: 'GET', headers: {}, timeoutMs: 1, bodyBytesMax: 1 }
  await translated.request({ ...request, url: 'http://10.96.0.9/x?y=1' })
  await translated.request({ ...request, url: 'http://example.org:81/' })
  expect(seen).toMatchObject([
    { url: 'http://127.96.0.9:60080/x?y=1', headers: { Host: '10.96.0.9' } },
    { url: 'http://example.org:81/', headers: {} },
  ])
})
