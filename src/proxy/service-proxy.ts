import type { HitlessError } from '../base/error.ts'
import { isRefusedAddress } from './refused-address.ts'
import { throwLater } from '../base/throw-later.ts'
import type { Client } from '../client/client.ts'
import { newInformer, type Informer } from '../client/informer.ts'
import type { ObjectRef, Recorder } from '../timeline/fact.ts'
import { sleep, type Clock, type Timer } from '../world/clock.ts'
import { randomBetween, type Random } from '../world/random.ts'
import type { DataPlane, RoutedConnection, ServiceRoute } from './data-plane.ts'
import type { Profile } from './profile.ts'
import { planRoutes } from './routes.ts'
import { INITIAL_SYNC_STATE, stepSync, type SyncEvent, type SyncState } from './sync-schedule.ts'
import { serviceContent, sliceContent } from './sync-trigger.ts'

export interface ServiceProxyOptions {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly profile: Profile
  /** The only ones whose pods the data plane reaches. Absent: it reaches all. */
  readonly ownNodes?: readonly string[]
  /** Told once of each Service that has pods elsewhere, too. Default: nobody. */
  readonly onElsewhere?: (service: ObjectRef) => void
  /**
   * Told of Service ports that cannot be listened on, again when they are others, and `undefined` when all can be; meanwhile
   * they are tried every RETRY_MS. Absent: that is a failure.
   */
  readonly onRefused?: (error: HitlessError | undefined) => void
  /** Stays the caller's to stop, after the proxy. */
  readonly dataPlane: DataPlane
  readonly recorder: Recorder
  /**
   * The data plane refused or lost its routes; the proxy does nothing more. Without a handler the
   * error is thrown outside of any call and ends the process: connections would go astray unnoticed.
   */
  readonly onFailure?: (error: unknown) => void
}

export interface ServiceProxy {
  /** Afterwards nothing is watched, timed or programmed. Routes in force stay. */
  stop(): Promise<void>
}

/**
 * kube-proxy's part: watches Services and EndpointSlices and programs the data plane when the profile
 * allows it. Records `proxy-programmed` for each Service port whose endpoints changed, at the moment
 * the change is in force; a Service that is gone has none. Resolves when the first lists are read.
 */
export async function startServiceProxy(options: ServiceProxyOptions): Promise<ServiceProxy> {
  const proxy = new WatchingProxy(options)
  try {
    await proxy.start()
    return proxy
  } catch (error) {
    await proxy.stop()
    throw error
  }
}

/** What to give to a data plane, so that each connection it reports becomes a fact at its own time. */
export function recordConnections(
  recorder: Recorder,
): (connections: readonly RoutedConnection[]) => void {
  return (connections) => {
    for (const { at, ...connection } of connections) {
      recorder.record({ kind: 'connection-routed', ...connection }, at)
    }
  }
}

/** Another program that ends is not told to anybody: its ports are asked for. */
const RETRY_MS = 5_000

/** Nobody reads more of them. */
const TOLD_MAX = 100

class WatchingProxy implements ServiceProxy {
  readonly #options: ServiceProxyOptions
  readonly #services: Informer<'Service'>
  readonly #slices: Informer<'EndpointSlice'>
  readonly #stopping = new AbortController()
  #state: SyncState = INITIAL_SYNC_STATE
  #timer: Timer | undefined
  #retry: Timer | undefined
  #refused: string | undefined
  #syncing: Promise<void> = Promise.resolve()
  #inForce: ReadonlyMap<string, ServiceRoute> = new Map()
  #listsRead = false
  readonly #told = new Set<string>()

  constructor(options: ServiceProxyOptions) {
    this.#options = options
    this.#services = newInformer(options.client, options.clock, 'Service')
    this.#slices = newInformer(options.client, options.clock, 'EndpointSlice')
  }

  async start(): Promise<void> {
    this.#services.onChange(({ current, previous }) => {
      if (serviceContent(current) !== serviceContent(previous)) this.#changed()
    })
    this.#slices.onChange(({ current, previous }) => {
      if (sliceContent(current) !== sliceContent(previous)) this.#changed()
    })
    await Promise.all([this.#services.start(), this.#slices.start()])
    this.#listsRead = true
    // An empty cluster causes no sync: the first change must find a proxy that has long been idle.
    if (this.#services.list().length > 0) this.#changed()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#timer?.cancel()
    this.#retry?.cancel()
    this.#services.stop()
    this.#slices.stop()
    await this.#syncing
  }

  #changed(): void {
    if (this.#listsRead) this.#step('changed')
  }

  #step(event: SyncEvent): void {
    if (this.#stopping.signal.aborted) return
    const { clock, profile } = this.#options
    const nowNs = clock.monotonicNs()
    const { minSyncIntervalMs } = profile
    const { state, action } = stepSync(this.#state, event, { nowNs, minSyncIntervalMs })
    this.#state = state
    if (action.kind === 'sync') this.#syncing = this.#sync()
    if (action.kind === 'wait') {
      this.#timer = clock.after((action.dueNs - nowNs) / 1e6, () => this.#step('due'))
    }
  }

  async #sync(): Promise<void> {
    try {
      await this.#program()
      this.#step('finished')
    } catch (error) {
      const { onFailure = throwLater } = this.#options
      onFailure(error)
    }
  }

  /** What changes after this moment, also while the delay runs, is for the next sync. */
  async #program(): Promise<void> {
    const { clock, random, profile, dataPlane, ownNodes } = this.#options
    const own = ownNodes && new Set(ownNodes)
    const routes = planRoutes(this.#services.list(), this.#slices.list(), own)
    const delayMs = randomBetween(random, ...profile.programmingMs)
    if (delayMs > 0) await sleep(clock, delayMs, this.#stopping.signal)
    if (this.#stopping.signal.aborted) return
    await this.#inForceWhere(dataPlane.program(routes))
    this.#recordChanges(routes)
    this.#tellElsewhere(routes)
  }

  /** What can be listened on is in force even if the rest is refused. */
  async #inForceWhere(programmed: Promise<void>): Promise<void> {
    const { onRefused, clock } = this.#options
    const error = await programmed.catch((reason: unknown) => {
      if (onRefused !== undefined && isRefusedAddress(reason)) return reason
      throw reason
    })
    if (this.#stopping.signal.aborted) return
    this.#retry?.cancel()
    if (error) this.#retry = clock.after(RETRY_MS, () => this.#changed())
    const refused = error?.message
    if (refused !== this.#refused) onRefused?.(error ?? undefined)
    this.#refused = refused
  }

  #tellElsewhere(routes: readonly ServiceRoute[]): void {
    for (const { service, endpoints } of routes) {
      if (!endpoints.some(({ isElsewhere }) => isElsewhere)) continue
      const key = `${service.namespace ?? ''}/${service.name}`
      if (this.#told.has(key) || this.#told.size >= TOLD_MAX) continue
      this.#told.add(key)
      this.#options.onElsewhere?.(service)
    }
  }

  #recordChanges(routes: readonly ServiceRoute[]): void {
    const inForce = new Map(routes.map((route) => [keyOfRoute(route), route]))
    const gone = [...this.#inForce.values()].filter((route) => !inForce.has(keyOfRoute(route)))
    for (const route of [...routes, ...gone.map((route) => ({ ...route, endpoints: [] }))]) {
      const { service, port, endpoints } = route
      const before = this.#inForce.get(keyOfRoute(route))?.endpoints
      if (JSON.stringify(before) === JSON.stringify(endpoints)) continue
      this.#options.recorder.record({ kind: 'proxy-programmed', service, port, endpoints })
    }
    this.#inForce = inForce
  }
}

function keyOfRoute({ service, port }: ServiceRoute): string {
  return `${service.namespace ?? ''}/${service.name}:${port}`
}
