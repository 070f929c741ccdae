import { describe, expect, onTestFinished, test } from 'vitest'
import type {
  DataPlane,
  RoutedConnection,
  RouteEndpoint,
  ServiceRoute,
  StartDataPlane,
} from '../../src/proxy/data-plane.ts'
import { dialTcp, listenTcp, newTcpPeer, type TcpPeer, type TcpServer } from './tcp-peer.ts'

/** A Service address on loopback: all of 127.0.0.0/8 is there on Linux. */
export const CLUSTER_IP = '127.96.0.10'
const SERVICE = { kind: 'Service', namespace: 'default', name: 'web' }

export interface Setup {
  readonly dataPlane: DataPlane
  readonly reported: RoutedConnection[]
  /** Resolves when `count` connections have been reported. */
  readonly reports: (count: number) => Promise<readonly RoutedConnection[]>
}

export function routeTo(port: number, ...endpoints: RouteEndpoint[]): ServiceRoute {
  return { service: SERVICE, clusterIP: CLUSTER_IP, port, endpoints }
}

export const endpointAt = ({ port }: { readonly port: number }): RouteEndpoint => ({
  ip: '127.0.0.1',
  port,
})

/** Started before and stopped after the test; `stop` may also be called by the test itself. */
export async function startForTest(start: StartDataPlane): Promise<Setup> {
  const reported: RoutedConnection[] = []
  const waiting = new Set<() => void>()
  const dataPlane = await start((connections) => {
    reported.push(...connections)
    for (const look of waiting) look()
  })
  onTestFinished(() => dataPlane.stop().catch(() => undefined))
  const reports = (count: number) =>
    new Promise<readonly RoutedConnection[]>((resolve) => {
      const look = () => {
        if (reported.length < count) return
        waiting.delete(look)
        resolve(reported)
      }
      waiting.add(look)
      look()
    })
  return { dataPlane, reported, reports }
}

/** A TCP server that is closed after the test. */
export async function serverForTest(onPeer?: (peer: TcpPeer) => void): Promise<TcpServer> {
  const server = await listenTcp('127.0.0.1', onPeer)
  onTestFinished(() => server.close())
  return server
}

/** A port of CLUSTER_IP that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = await listenTcp(CLUSTER_IP)
  await server.close()
  return server.port
}

/** A connection through the data plane, both ends in hand. */
export async function joined(
  start: StartDataPlane,
): Promise<Setup & { client: TcpPeer; server: TcpPeer; port: number }> {
  const setup = await startForTest(start)
  const listener = await serverForTest()
  const port = await freePort()
  await setup.dataPlane.program([routeTo(port, endpointAt(listener))])
  const client = dialTcp(CLUSTER_IP, port)
  onTestFinished(() => void client.socket.destroy())
  const server = await listener.accept()
  return { ...setup, client, server, port }
}

const byNumber = (a: number, b: number) => a - b

/** What every data plane promises about routes and reports, whichever thread it runs in. */
export function describeDataPlane(name: string, start: StartDataPlane): void {
  describe(`${name}: routes`, () => {
    test('connections are refused by the kernel while a Service has no endpoints', async () => {
      const { dataPlane } = await startForTest(start)
      const listener = await serverForTest((peer) => peer.socket.end('hello'))
      const port = await freePort()
      const visit = () => dialTcp(CLUSTER_IP, port)

      await dataPlane.program([routeTo(port)])
      expect(await visit().closed).toBe('ECONNREFUSED')
      await dataPlane.program([routeTo(port, endpointAt(listener))])
      await visit().arrived('hello')
      await dataPlane.program([routeTo(port)])
      expect(await visit().closed).toBe('ECONNREFUSED')
      await dataPlane.program([routeTo(port, endpointAt(listener))])
      await visit().arrived('hello')
      await dataPlane.program([])
      expect(await visit().closed).toBe('ECONNREFUSED')
    })

    test('each connection is reported once, with its endpoint and the port of the client', async () => {
      const { dataPlane, reports, reported } = await startForTest(start)
      const listeners = await Promise.all([1, 2, 3].map(() => serverForTest()))
      const port = await freePort()
      await dataPlane.program([routeTo(port, ...listeners.map(endpointAt))])
      const clients = Array.from({ length: 90 }, () => dialTcp(CLUSTER_IP, port))
      const connected = await reports(90)
      const clientPorts = clients.map(({ socket }) => socket.localPort ?? 0)
      for (const { socket } of clients) socket.destroy()
      await dataPlane.stop()

      expect(reported).toHaveLength(90)
      expect(connected.map(({ clientPort }) => clientPort).sort(byNumber)).toEqual(
        clientPorts.sort(byNumber),
      )
      for (const connection of connected) {
        expect(connection).toMatchObject({ service: SERVICE, result: 'connected' })
        expect(connection.at).toBeGreaterThan(0)
      }
      // A uniform choice leaves one of three out of 90 connections once in 10^15 runs.
      const chosen = new Set(connected.map(({ endpoint }) => endpoint.port))
      expect([...chosen].sort(byNumber)).toEqual(listeners.map(({ port }) => port).sort(byNumber))
    })

    test('an endpoint that refuses is reported as refused, and resets the client', async () => {
      const { dataPlane, reports } = await startForTest(start)
      const listener = await serverForTest()
      await listener.close()
      const port = await freePort()
      await dataPlane.program([routeTo(port, endpointAt(listener))])
      const client = dialTcp(CLUSTER_IP, port)
      client.socket.write('GET / HTTP/1.1\r\n\r\n')
      expect(await client.closed).toBe('ECONNRESET')
      expect(client.received()).toBe('')
      expect(await reports(1)).toMatchObject([
        { endpoint: endpointAt(listener), result: 'refused', errno: 'ECONNREFUSED' },
      ])
    })

    test('established connections stay with their endpoint when it leaves the routes', async () => {
      const { dataPlane, client, server, port } = await joined(start)
      const other = await serverForTest((peer) => peer.socket.end('from the other'))
      await dataPlane.program([routeTo(port, endpointAt(other))])
      const later = Array.from({ length: 20 }, () => dialTcp(CLUSTER_IP, port))
      for (const visitor of later) await visitor.arrived('from the other')
      client.socket.write('still here')
      await server.arrived('still here')
      await dataPlane.program([])
      server.socket.write('so am I')
      await client.arrived('so am I')
    })

    test('an address that cannot be listened on is an error that names it', async () => {
      const { dataPlane } = await startForTest(start)
      const squatter = await listenTcp(CLUSTER_IP)
      onTestFinished(() => squatter.close())
      const listener = await serverForTest()
      const routes = [routeTo(squatter.port, endpointAt(listener))]
      await expect(dataPlane.program(routes)).rejects.toThrow(
        new RegExp(`${CLUSTER_IP}:${squatter.port} of Service default/web: .*EADDRINUSE`),
      )
      await squatter.close()
      await dataPlane.program(routes)
      dialTcp(CLUSTER_IP, squatter.port)
      await listener.accept()
    })

    test('of several addresses that cannot be listened on three are named, and the others are served', async () => {
      const { dataPlane } = await startForTest(start)
      const squatters = await Promise.all([1, 2, 3, 4, 5].map(() => listenTcp(CLUSTER_IP)))
      onTestFinished(async () => void (await Promise.all(squatters.map((one) => one.close()))))
      const listener = await serverForTest()
      const port = await freePort()
      const routes = [...squatters.map((one) => one.port), port]
      const programmed = dataPlane.program(routes.map((at) => routeTo(at, endpointAt(listener))))
      await expect(programmed).rejects.toThrow(
        /^(cannot listen on [^;]+EADDRINUSE[^;]+; ){3}and 2 more$/,
      )
      dialTcp(CLUSTER_IP, port)
      await listener.accept()
    })

    test('stop resets what is connected and frees the port', async () => {
      const { dataPlane, client, server, port, reported } = await joined(start)
      await dataPlane.stop()
      expect(await client.closed).toBe('ECONNRESET')
      expect(await server.closed).toBe('ECONNRESET')
      expect(reported).toHaveLength(1)
      expect(await newTcpPeer(dialTcp(CLUSTER_IP, port).socket).closed).toBe('ECONNREFUSED')
    })
  })
}
