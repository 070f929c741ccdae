import { HitlessError } from '../base/error.ts'
import { isRefusedAddress } from './refused-address.ts'
import type { Clock, Timer } from '../world/clock.ts'
import type {
  Connection,
  ConnectionHandlers,
  Listener,
  Network,
  SocketError,
} from '../world/network.ts'
import { randomElement, type Random } from '../world/random.ts'
import type { DataPlane, RouteEndpoint, RoutedConnection, ServiceRoute } from './data-plane.ts'
import { Relay } from './relay.ts'

export interface ForwarderOptions {
  readonly network: Network
  readonly clock: Clock
  readonly random: Random
  /** Gets every connection once, at most REPORT_INTERVAL_MS after its result is known. */
  readonly onConnections: (connections: readonly RoutedConnection[]) => void
}

const REPORT_INTERVAL_MS = 20

/**
 * A data plane in user space: one listener per Service port that has endpoints, one relay per
 * connection. Without endpoints there is no listener, and the kernel refuses the connection itself,
 * as kube-proxy's REJECT rule makes it. What remains unlike a kernel data plane: the client's
 * connection is accepted before the endpoint is asked, so a refusal reaches the client as a RST, and
 * connections that the kernel has accepted but we have not are reset when a listener closes.
 */
export function startForwarder(options: ForwarderOptions): Promise<DataPlane> {
  return Promise.resolve(new Forwarder(options))
}

class Forwarder implements DataPlane {
  readonly #options: ForwarderOptions
  readonly #relays = new Set<Relay>()
  readonly #listeners = new Map<string, Listener>()
  #routes: ReadonlyMap<string, ServiceRoute> = new Map()
  /** Calls of `program` take their turns. */
  #programming: Promise<unknown> = Promise.resolve()
  #unreported: RoutedConnection[] = []
  #reportTimer: Timer | undefined
  #onLastRelayClosed: (() => void) | undefined

  constructor(options: ForwarderOptions) {
    this.#options = options
  }

  program(routes: readonly ServiceRoute[]): Promise<void> {
    const turn = this.#programming.then(() => this.#replaceRoutes(routes))
    this.#programming = turn.catch(() => undefined)
    return turn
  }

  async stop(): Promise<void> {
    await this.program([])
    for (const relay of this.#relays) relay.reset()
    if (this.#relays.size > 0) {
      await new Promise<void>((resolve) => (this.#onLastRelayClosed = resolve))
    }
    this.#report()
  }

  /** All listeners see the new routes at once; then ports without endpoints close and new ones open. */
  async #replaceRoutes(routes: readonly ServiceRoute[]): Promise<void> {
    const wanted = routes.filter(({ endpoints }) => endpoints.length > 0)
    this.#routes = new Map(wanted.map((route) => [addressKey(route), route]))
    const closings = [...this.#listeners]
      .filter(([key]) => !this.#routes.has(key))
      .map(([key, listener]) => {
        this.#listeners.delete(key)
        return listener.close()
      })
    const openings = wanted
      .filter((route) => !this.#listeners.has(addressKey(route)))
      .map((route) => this.#listen(route))
    const results = await Promise.allSettled([...closings, ...openings])
    const failed = results.filter((result) => result.status === 'rejected')
    if (failed.length > 0) throw together(failed.map(({ reason }) => reason))
  }

  async #listen(route: ServiceRoute): Promise<void> {
    const { clusterIP, port, service } = route
    const key = addressKey(route)
    try {
      const listener = await this.#options.network.listen({ host: clusterIP, port }, (client) =>
        this.#accept(key, client),
      )
      this.#listeners.set(key, listener)
    } catch (cause) {
      const place = `${clusterIP}:${port} of Service ${service.namespace ?? 'default'}/${service.name}`
      throw new HitlessError('service-address', `cannot listen on ${place}: ${String(cause)}`, {
        exitCode: 3,
        hint: 'Connections to this Service would reach nothing. Is another program using the address?',
        cause,
      })
    }
  }

  #accept(key: string, client: Connection): ConnectionHandlers {
    const route = this.#routes.get(key)
    const endpoint = randomElement(this.#options.random, route?.endpoints ?? [])
    if (route === undefined || endpoint === undefined) return refuse(client)
    const { clock } = this.#options
    const network = endpoint.isElsewhere === true ? noWay(clock) : this.#options.network
    const at = clock.monotonicNs()
    const relay = new Relay({
      network,
      clock,
      client,
      endpoint: { host: endpoint.ip, port: endpoint.port },
      onConnected: (result, errno) =>
        this.#routed({
          ...routed(route, endpoint, client),
          at,
          result,
          ...(errno === undefined ? {} : { errno }),
        }),
      onClosed: () => this.#forget(relay),
    })
    this.#relays.add(relay)
    return relay.clientHandlers
  }

  #forget(relay: Relay): void {
    this.#relays.delete(relay)
    if (this.#relays.size === 0) this.#onLastRelayClosed?.()
  }

  #routed(connection: RoutedConnection): void {
    this.#unreported.push(connection)
    this.#reportTimer ??= this.#options.clock.after(REPORT_INTERVAL_MS, () => this.#report())
  }

  #report(): void {
    this.#reportTimer?.cancel()
    this.#reportTimer = undefined
    const connections = this.#unreported
    this.#unreported = []
    if (connections.length > 0) this.#options.onConnections(connections)
  }
}

/** More of them would be told by the same program that has them all. */
const TOLD_MAX = 3

/** What is no refused address leads: whoever goes on without those is not to go on without it. */
function together(errors: readonly unknown[]): unknown {
  const first = errors.find((error) => !isRefusedAddress(error)) ?? errors[0]
  if (errors.length === 1 || !(first instanceof HitlessError)) return first
  const told = errors
    .slice(0, TOLD_MAX)
    .map((error) => (error instanceof Error ? error.message : String(error)))
  const more = errors.length - told.length
  if (more > 0) told.push(`and ${more} more`)
  const { code, exitCode, hint } = first
  return new HitlessError(code, told.join('; '), { exitCode, ...(hint && { hint }), cause: first })
}

/** Every address is unreachable, as the kernel tells it of one that it has no route to. */
function noWay(clock: Clock): Pick<Network, 'connect'> {
  return {
    connect({ host, port }, handlers) {
      let isClosed = false
      const close = (error?: SocketError) => {
        if (isClosed) return
        isClosed = true
        timer.cancel()
        handlers.onClose(error)
      }
      const timer = clock.after(0, () => close({ code: 'EHOSTUNREACH', syscall: 'connect' }))
      return {
        localPort: 0,
        remoteAddress: host,
        remotePort: port,
        write: () => true,
        end: ignore,
        reset: () => close(),
        pause: ignore,
        resume: ignore,
      }
    },
  }
}

function routed(
  { service }: ServiceRoute,
  endpoint: RouteEndpoint,
  client: Connection,
): Pick<RoutedConnection, 'service' | 'endpoint' | 'clientPort'> {
  return { service, endpoint, clientPort: client.remotePort }
}

/** Accepted between the end of the last endpoint and the closing of the listener. */
function refuse(client: Connection): ConnectionHandlers {
  client.reset()
  return { onOpen: ignore, onData: ignore, onEnd: ignore, onClose: ignore }
}

function ignore(): void {}

function addressKey({ clusterIP, port }: ServiceRoute): string {
  return `${clusterIP}|${port}`
}
