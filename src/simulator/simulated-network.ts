import type { Clock } from '../world/clock.ts'
import type {
  Address,
  Connection,
  ConnectionHandlers,
  Http2Answer,
  Http2Request,
  HttpAnswer,
  HttpRequest,
  Listener,
  Network,
} from '../world/network.ts'
import { requestHttp2Over } from './simulated-http2-request.ts'
import { requestOver } from './simulated-request.ts'
import { SimulatedSocket } from './simulated-socket.ts'

export interface SimulatedNetworkOptions {
  readonly clock: Clock
  /** One way. Default 0.1. */
  readonly latencyMs?: number
  /** Until a connection to an address that nobody has fails (ARP's retries on Linux). Default 3000. */
  readonly unreachableMs?: number
  /** Addresses that begin so can be listened on without addHost, as after `ip route add local`. */
  readonly localPrefix?: string
}

type Accept = (connection: Connection) => ConnectionHandlers

const FIRST_CLIENT_PORT = 32_768
const CLIENT_ADDRESS = '10.244.0.1'

/** TCP between simulated hosts, on a clock: refused, reset, half-closed and unreachable as on Linux. */
export class SimulatedNetwork implements Network {
  readonly #clock: Clock
  readonly #latencyMs: number
  readonly #unreachableMs: number
  readonly #localPrefix: string | undefined
  readonly #listeners = new Map<string, Map<number, Accept>>()
  /** The servers' ends of those that are not closed, by `HOST:PORT`. */
  readonly #accepted = new Map<string, Set<SimulatedSocket>>()
  #nextClientPort = FIRST_CLIENT_PORT

  constructor(options: SimulatedNetworkOptions) {
    const { clock, latencyMs = 0.1, unreachableMs = 3_000, localPrefix } = options
    this.#clock = clock
    this.#localPrefix = localPrefix
    this.#latencyMs = latencyMs
    this.#unreachableMs = unreachableMs
  }

  /** From now on connections to this address are accepted or refused; before, they go nowhere. */
  addHost(ip: string): void {
    this.#listeners.set(ip, new Map())
  }

  removeHost(ip: string): void {
    this.#listeners.delete(ip)
  }

  listeningPorts(ip: string): readonly number[] {
    return [...(this.#listeners.get(ip)?.keys() ?? [])].sort((a, b) => a - b)
  }

  /** How many connections programs at this address hold, by the port that took them. */
  heldConnections(ip: string): ReadonlyMap<number, number> {
    const counts = new Map<number, number>()
    for (const [key, sockets] of this.#accepted) {
      const [host, port] = key.split(':')
      const held = host === ip ? [...sockets].filter(({ isHeld }) => isHeld).length : 0
      if (held > 0) counts.set(Number(port), held)
    }
    return counts
  }

  connect({ host, port }: Address, handlers: ConnectionHandlers): Connection {
    const clientPort = this.#nextClientPort++
    const world = { clock: this.#clock, latencyMs: this.#latencyMs }
    const client = new SimulatedSocket(world, {
      localPort: clientPort,
      remoteAddress: host,
      remotePort: port,
    })
    client.attach(undefined, handlers)
    this.#clock.after(this.#latencyMs, () => {
      if (client.isClosed) return
      const accept = this.#listeners.get(host)?.get(port)
      if (accept === undefined) return this.#refuse(client, host)
      const server = this.#accept({ host, port }, clientPort)
      client.attach(server, handlers)
      const serverHandlers = accept(server)
      server.attach(client, serverHandlers)
      // Before anything that the server says at once.
      this.#clock.after(this.#latencyMs, () => {
        if (!client.isClosed) handlers.onOpen()
      })
      serverHandlers.onOpen()
    })
    return client
  }

  async listen({ host, port }: Address, onConnection: Accept): Promise<Listener> {
    if (this.#localPrefix !== undefined && host.startsWith(this.#localPrefix)) {
      this.#listeners.set(host, this.#listeners.get(host) ?? new Map())
    }
    const ports = this.#listeners.get(host)
    if (ports === undefined) throw socketError('EADDRNOTAVAIL', `${host} is not an address here`)
    if (ports.has(port)) throw socketError('EADDRINUSE', `${host}:${port} is taken`)
    ports.set(port, onConnection)
    return {
      port,
      close: async () => {
        ports.delete(port)
      },
    }
  }

  /** Modelled apps ask for addresses, not for names. */
  async listenDatagrams(): Promise<never> {
    throw socketError('EOPNOTSUPP', 'there are no datagrams here')
  }

  request(request: HttpRequest): Promise<HttpAnswer> {
    return requestOver(this, this.#clock, request)
  }

  requestHttp2(request: Http2Request): Promise<Http2Answer> {
    return requestHttp2Over(this, this.#clock, request)
  }

  #accept({ host, port }: Address, remotePort: number): SimulatedSocket {
    const key = `${host}:${port}`
    const accepted = this.#accepted.get(key) ?? new Set()
    this.#accepted.set(key, accepted)
    const onClosed = () => {
      accepted.delete(server)
      if (accepted.size === 0 && this.#accepted.get(key) === accepted) this.#accepted.delete(key)
    }
    const server = new SimulatedSocket(
      { clock: this.#clock, latencyMs: this.#latencyMs, onClosed },
      { localPort: port, remoteAddress: CLIENT_ADDRESS, remotePort },
    )
    accepted.add(server)
    return server
  }

  #refuse(client: SimulatedSocket, host: string): void {
    const isHost = this.#listeners.has(host)
    const code = isHost ? 'ECONNREFUSED' : 'EHOSTUNREACH'
    const delayMs = isHost ? this.#latencyMs : this.#unreachableMs
    this.#clock.after(delayMs, () => client.fail({ code, syscall: 'connect' }))
  }
}

function socketError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
