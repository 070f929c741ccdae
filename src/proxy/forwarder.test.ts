import { expect, test } from 'vitest'
import type { ConnectResult } from '../timeline/fact.ts'
import type { Connection, ConnectionHandlers, Network, SocketError } from '../world/network.ts'
import { seededRandom } from '../world/random.ts'
import { newVirtualClock } from '../world/virtual-clock.ts'
import type { RoutedConnection, ServiceRoute } from './data-plane.ts'
import { startForwarder } from './forwarder.ts'

const SERVICE = { kind: 'Service', namespace: 'default', name: 'web' }
const ENDPOINT = { ip: '10.0.0.1', port: 8080 }
const ROUTE = { service: SERVICE, clusterIP: '10.96.0.10', port: 80, endpoints: [ENDPOINT] }

/** A connection in the hand of the test: it notes what is asked of it and is told what happens. */
class PlayedConnection implements Connection {
  readonly localPort = 50_000
  readonly remoteAddress = '10.0.0.99'
  readonly remotePort = 40_000
  readonly asked: string[] = []
  readonly written: Uint8Array[] = []
  /** What `write` answers. */
  writable = true
  handlers: ConnectionHandlers | undefined
  #closed = false

  write(bytes: Uint8Array): boolean {
    // Kept as it was handed over, as a full kernel buffer would keep it.
    this.written.push(bytes)
    this.asked.push('write')
    return this.writable
  }
  end(): void {
    this.asked.push('end')
  }
  reset(): void {
    this.asked.push('reset')
    this.close()
  }
  pause(): void {
    this.asked.push('pause')
  }
  resume(): void {
    this.asked.push('resume')
  }
  close(error?: SocketError): void {
    if (this.#closed) return
    this.#closed = true
    this.handlers?.onClose(error)
  }
  get text(): string {
    return this.written.map((bytes) => new TextDecoder().decode(bytes)).join('')
  }
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** Connections are reported with the time at which their endpoint was chosen. */
const ACCEPTED_AT_MS = 7
const ACCEPTED_AT = ACCEPTED_AT_MS * 1e6

const refuseRequest = () => Promise.reject(new Error('a forwarder makes no requests'))

/** A forwarder with one client that has just been accepted, and its connection to the endpoint. */
async function accepted(route: ServiceRoute = ROUTE) {
  const clock = newVirtualClock()
  const client = new PlayedConnection()
  const endpoint = new PlayedConnection()
  let dialled = 0
  let accept: ((connection: Connection) => ConnectionHandlers) | undefined
  const network: Network = {
    connect: (_target, handlers) => {
      dialled++
      endpoint.handlers = handlers
      return endpoint
    },
    listen: (address, onConnection) => {
      accept = onConnection
      return Promise.resolve({ port: address.port, close: () => Promise.resolve() })
    },
    listenDatagrams: refuseRequest,
    request: refuseRequest,
    requestHttp2: refuseRequest,
  }
  const reports: RoutedConnection[][] = []
  const forwarder = await startForwarder({
    network,
    clock,
    random: seededRandom(1),
    onConnections: (connections) => reports.push([...connections]),
  })
  await forwarder.program([route])
  await clock.advance(ACCEPTED_AT_MS)
  client.handlers = accept?.(client)
  client.handlers?.onOpen()
  return { clock, client, endpoint, forwarder, reports, dialled: () => dialled }
}

test('an endpoint that does not answer for 10 seconds is given up', async () => {
  const { clock, client, endpoint, reports } = await accepted()
  await clock.advance(9_999)
  expect(client.asked).toEqual([])
  await clock.advance(100)
  expect(endpoint.asked).toEqual(['reset'])
  expect(client.asked).toEqual(['reset'])
  expect(reports.flat()).toEqual([
    {
      at: ACCEPTED_AT,
      service: SERVICE,
      clientPort: 40_000,
      endpoint: ENDPOINT,
      result: 'timed-out',
      errno: 'ETIMEDOUT',
    },
  ])
  expect(clock.timerCount).toBe(0)
})

test.each<[errno: string, result: ConnectResult]>([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ETIMEDOUT', 'timed-out'],
  ['EADDRNOTAVAIL', 'failed'],
])(
  'an attempt that ends with %s is reported as %s, and resets the client',
  async (code, result) => {
    const { clock, client, endpoint, reports } = await accepted()
    endpoint.close({ code, syscall: 'connect' })
    await clock.advance(20)
    expect(client.asked).toEqual(['reset'])
    expect(reports.flat()).toMatchObject([{ result, errno: code }])
    expect(clock.timerCount).toBe(0)
  },
)

test('an endpoint elsewhere is not dialled, whoever has its address here: it is unreachable', async () => {
  const endpoints = [{ ...ENDPOINT, isElsewhere: true as const }]
  const { clock, client, forwarder, reports, dialled } = await accepted({ ...ROUTE, endpoints })
  await clock.advance(30)
  expect(dialled()).toBe(0)
  expect(client.asked).toEqual(['reset'])
  expect(reports.flat()).toMatchObject([{ result: 'unreachable', errno: 'EHOSTUNREACH' }])
  await forwarder.stop()
  expect(clock.timerCount).toBe(0)
})

test.each<[title: string, act: (client: PlayedConnection) => void]>([
  ['its first byte', (client) => client.handlers?.onData(bytesOf('G'))],
  ['its FIN', (client) => client.handlers?.onEnd()],
])('a client that has not spoken yet is reset at %s', async (_title, act) => {
  const { clock, client, endpoint } = await accepted()
  endpoint.close({ code: 'ECONNREFUSED', syscall: 'connect' })
  await clock.advance(9)
  expect(client.asked).toEqual([])
  act(client)
  expect(client.asked).toEqual(['reset'])
  await clock.advance(100)
  expect(clock.timerCount).toBe(0)
})

test('a client that does not speak at all is reset after 10 ms', async () => {
  const { clock, client, endpoint, forwarder } = await accepted()
  endpoint.close({ code: 'ECONNREFUSED', syscall: 'connect' })
  await clock.advance(10)
  expect(client.asked).toEqual(['reset'])
  await forwarder.stop()

  const other = await accepted()
  other.endpoint.close({ code: 'ECONNREFUSED', syscall: 'connect' })
  await other.forwarder.stop()
  expect(other.client.asked).toEqual(['reset'])
  expect(other.clock.timerCount).toBe(0)
})

test('reports wait for 20 ms to go together, and for no longer than the end', async () => {
  const { clock, endpoint, forwarder, reports } = await accepted()
  endpoint.handlers?.onOpen()
  await clock.advance(19)
  expect(reports).toEqual([])
  await clock.advance(1)
  expect(reports).toMatchObject([[{ result: 'connected', at: ACCEPTED_AT }]])

  const other = await accepted()
  other.endpoint.handlers?.onOpen()
  await other.forwarder.stop()
  expect(other.reports).toMatchObject([[{ result: 'connected' }]])
  expect(other.clock.timerCount).toBe(0)
  await forwarder.stop()
})

test('what a client sends before its endpoint is reached is kept until then', async () => {
  const { client, endpoint } = await accepted()
  const memory = bytesOf('GET /')
  client.handlers?.onData(memory)
  memory.fill(0)
  expect(endpoint.asked).toEqual([])
  endpoint.handlers?.onOpen()
  expect(endpoint.text).toBe('GET /')
  expect(client.asked).toEqual([])
})

test('a client that sends much before its endpoint is reached is paused until then', async () => {
  const { client, endpoint } = await accepted()
  client.handlers?.onData(new Uint8Array(65_535))
  expect(client.asked).toEqual([])
  client.handlers?.onData(new Uint8Array(1))
  expect(client.asked).toEqual(['pause'])
  endpoint.handlers?.onOpen()
  expect(client.asked).toEqual(['pause', 'resume'])
})

test.each<[title: string, leavesAt: number, knownAt: number]>([
  ['soon is waited for until a second has passed', 100, 1_000],
  ['later is reported at once', 5_000, 5_000],
])(
  'an endpoint that has not answered a client who leaves %s',
  async (_title, leavesAt, knownAt) => {
    const { clock, client, endpoint, reports } = await accepted()
    await clock.advance(leavesAt)
    client.close({ code: 'ECONNRESET', syscall: 'read' })
    await clock.advance(knownAt - leavesAt + 19)
    expect(reports).toEqual([])
    await clock.advance(1)
    expect(reports.flat()).toMatchObject([{ result: 'timed-out', errno: 'ETIMEDOUT' }])
    expect(endpoint.asked).toEqual(['reset'])
    expect(clock.timerCount).toBe(0)
  },
)

test('a client that half-closes before its endpoint is reached half-closes it then', async () => {
  const { client, endpoint } = await accepted()
  client.handlers?.onData(bytesOf('GET /'))
  client.handlers?.onEnd()
  endpoint.handlers?.onOpen()
  expect(endpoint.asked).toEqual(['write', 'end'])
})

test('a client that resets before its endpoint is reached resets it then, and is reported', async () => {
  const { clock, client, endpoint, reports } = await accepted()
  client.close({ code: 'ECONNRESET', syscall: 'read' })
  expect(endpoint.asked).toEqual([])
  endpoint.handlers?.onOpen()
  expect(endpoint.asked).toEqual(['reset'])
  await clock.advance(20)
  expect(reports.flat()).toMatchObject([{ result: 'connected' }])
})

test('read memory that is used again changes nothing of what is queued', async () => {
  const { client, endpoint } = await accepted()
  endpoint.handlers?.onOpen()
  for (const [from, to] of [
    [endpoint, client],
    [client, endpoint],
  ] as const) {
    const memory = bytesOf('the first')
    from.handlers?.onData(memory)
    memory.set(bytesOf('and next!'))
    from.handlers?.onData(memory)
    expect(to.text).toBe('the firstand next!')
  }
})

test('a side that cannot take more pauses the other until it can', async () => {
  const { client, endpoint } = await accepted()
  endpoint.handlers?.onOpen()
  client.writable = false
  endpoint.handlers?.onData(bytesOf('much'))
  expect(endpoint.asked).toEqual(['pause'])
  client.handlers?.onDrain?.()
  expect(endpoint.asked).toEqual(['pause', 'resume'])

  endpoint.writable = false
  client.handlers?.onData(bytesOf('more'))
  expect(client.asked).toEqual(['write', 'pause'])
  endpoint.handlers?.onDrain?.()
  expect(client.asked).toEqual(['write', 'pause', 'resume'])
})

test('RST after FIN is passed on after it', async () => {
  const { client, endpoint } = await accepted()
  endpoint.handlers?.onOpen()
  endpoint.handlers?.onEnd()
  endpoint.close({ code: 'ECONNRESET', syscall: 'read' })
  expect(client.asked).toEqual(['end', 'reset'])
})

test('a client that is accepted after the last endpoint has left is reset', async () => {
  const clock = newVirtualClock()
  let accept: ((connection: Connection) => ConnectionHandlers) | undefined
  const network: Network = {
    connect: () => {
      throw new Error('there is nothing to connect to')
    },
    listen: (address, onConnection) => {
      accept = onConnection
      return Promise.resolve({ port: address.port, close: () => Promise.resolve() })
    },
    listenDatagrams: refuseRequest,
    request: refuseRequest,
    requestHttp2: refuseRequest,
  }
  const options = { network, clock, random: seededRandom(1), onConnections: () => undefined }
  const forwarder = await startForwarder(options)
  await forwarder.program([ROUTE])
  await forwarder.program([{ ...ROUTE, endpoints: [] }])
  const late = new PlayedConnection()
  accept?.(late)
  expect(late.asked).toEqual(['reset'])
})
