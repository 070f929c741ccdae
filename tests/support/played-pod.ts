import type { ConfigMap } from '../../src/api/core.ts'
import type { Condition } from '../../src/api/meta.ts'
import type { Container, EphemeralContainer, Pod, PodSpec, PodStatus } from '../../src/api/pod.ts'
import type { Service } from '../../src/api/service.ts'
import { ApiError } from '../../src/api/api-error.ts'
import type { Client } from '../../src/client/client.ts'
import type { PodEvent } from '../../src/node/doors.ts'
import { PodWorker } from '../../src/node/pod/pod-worker.ts'
import { DEFAULT_TIMINGS } from '../../src/node/timings.ts'
import type { ModelledApp } from '../../src/simulator/modelled-app.ts'
import { SimulatedNetwork } from '../../src/simulator/simulated-network.ts'
import { SimulatedRuntime } from '../../src/simulator/simulated-runtime.ts'
import type { FactBody, FactKind } from '../../src/timeline/fact.ts'
import type { Files } from '../../src/world/files.ts'
import { newVirtualClock, type VirtualClock } from '../../src/world/virtual-clock.ts'

export interface PlayedPodOptions {
  readonly app?: Partial<ModelledApp>
  readonly apps?: Readonly<Record<string, ModelledApp>>
  readonly container?: Partial<Container>
  readonly spec?: Partial<PodSpec>
  readonly metadata?: Partial<Pod['metadata']>
  readonly configMaps?: readonly ConfigMap[]
  readonly services?: readonly Service[]
  /** What the pod keeps in files is below /pods. Default: nothing. */
  readonly files?: Files
}

type Timed<T> = T & { readonly atMs: number }

/** One pod in virtual time, run by the node's own code over a modelled app; all it does is noted. */
export interface PlayedPod {
  readonly clock: VirtualClock
  readonly worker: PodWorker
  readonly runtime: SimulatedRuntime
  readonly network: SimulatedNetwork
  readonly statuses: Timed<{ readonly status: PodStatus }>[]
  readonly events: Timed<PodEvent>[]
  readonly facts: Timed<FactBody>[]
  readonly deletions: Timed<{ readonly gracePeriodSeconds: number | undefined }>[]
  readonly isDone: () => boolean
  /** As the API server does it: marks the object; the worker sees it at once. */
  deletePod(gracePeriodSeconds?: number): void
  /** As `kubectl debug` does it. */
  debug(container: EphemeralContainer): void
  /** As another component writes its own conditions. */
  setConditions(conditions: readonly Condition[]): void
  /** Times in whole milliseconds of the facts of a kind, those that `matches` only. */
  timesOf<K extends FactKind>(
    kind: K,
    matches?: (fact: Extract<FactBody, { readonly kind: K }>) => boolean,
  ): readonly number[]
  /** Reason and message of the events, in order. */
  eventTexts(reason?: string): readonly string[]
  readyTimes(): readonly (readonly [atMs: number, ready: boolean])[]
}

const APP: ModelledApp = { startupMs: 100, port: 8080, onSigterm: 'exit' }

export function playPod(options: PlayedPodOptions = {}): PlayedPod {
  const clock = newVirtualClock()
  const network = new SimulatedNetwork({ clock, latencyMs: 0 })
  const apps = options.apps ?? { 'app:v1': { ...APP, ...options.app } }
  const runtime = new SimulatedRuntime({ clock, network, apps })
  const nowMs = () => Math.round(clock.monotonicNs() / 1_000_000)
  const statuses: PlayedPod['statuses'] = []
  const deletions: PlayedPod['deletions'] = []
  const events: PlayedPod['events'] = []
  const facts: PlayedPod['facts'] = []
  const client = playClient(options, {
    patched: (status) => statuses.push({ atMs: nowMs(), status }),
    deleted: (gracePeriodSeconds) => deletions.push({ atMs: nowMs(), gracePeriodSeconds }),
  })
  let pod = newPod(options)
  const doors = {
    clock,
    network,
    client,
    runtime,
    recorder: { record: (fact: FactBody) => void facts.push({ atMs: nowMs(), ...fact }) },
    timings: DEFAULT_TIMINGS,
    nodeIP: '192.168.0.1',
    machine: {},
    logDirectory: '/logs',
    ...(options.files === undefined
      ? {}
      : { podFiles: { files: options.files, podDirectory: '/pods' } }),
  }
  const worker = new PodWorker(doors, pod, (_pod, event) => {
    events.push({ atMs: nowMs(), ...event })
  })
  let isDone = false
  const finish = () => (isDone = true)
  worker.done.then(finish, finish)
  return {
    clock,
    worker,
    runtime,
    network,
    statuses,
    events,
    facts,
    deletions,
    isDone: () => isDone,
    deletePod(gracePeriodSeconds = pod.spec.terminationGracePeriodSeconds ?? 30) {
      const deletionTimestamp = new Date(clock.wallMs()).toISOString()
      const metadata = {
        ...pod.metadata,
        deletionTimestamp,
        deletionGracePeriodSeconds: gracePeriodSeconds,
      }
      pod = { ...pod, metadata }
      worker.update(pod)
    },
    debug(container) {
      const { ephemeralContainers = [] } = pod.spec
      const spec = { ...pod.spec, ephemeralContainers: [...ephemeralContainers, container] }
      pod = { ...pod, spec }
      worker.update(pod)
    },
    setConditions(conditions) {
      pod = { ...pod, status: { ...pod.status, conditions } }
      worker.update(pod)
    },
    timesOf: (kind, matches) =>
      facts
        .filter((fact) => isOfKind(fact, kind))
        .filter((fact) => matches?.(fact) ?? true)
        .map(({ atMs }) => atMs),
    eventTexts: (reason) =>
      events
        .filter((event) => reason === undefined || event.reason === reason)
        .map((event) => `${event.reason} ${event.message}`),
    readyTimes() {
      const changes: (readonly [number, boolean])[] = []
      for (const { atMs, status } of statuses) {
        const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
        if (changes.at(-1)?.[1] !== ready) changes.push([atMs, ready])
      }
      return changes
    },
  }
}

function isOfKind<K extends FactKind>(
  fact: Timed<FactBody>,
  kind: K,
): fact is Timed<Extract<FactBody, { readonly kind: K }>> {
  return fact.kind === kind
}

function newPod({ container, spec, metadata }: PlayedPodOptions): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'default', uid: 'uid-1', generation: 1, ...metadata },
    spec: {
      nodeName: 'node-1',
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      containers: [{ name: 'app', image: 'app:v1', ...container }],
      ...spec,
    },
  }
}

/** The few calls that a node makes; nothing is stored. */
function playClient(
  { configMaps = [], services = [] }: PlayedPodOptions,
  seen: {
    readonly patched: (status: PodStatus) => void
    readonly deleted: (gracePeriodSeconds: number | undefined) => void
  },
): Client {
  const calls = {
    async get(_kind: string, { name }: { readonly name: string }) {
      const found = configMaps.find(({ metadata }) => metadata.name === name)
      if (found === undefined) throw new ApiError('NotFound', `configmaps "${name}" not found`)
      return found
    },
    list: async () => ({ items: services, resourceVersion: '1' }),
    async patch(_kind: string, _name: unknown, patch: { readonly status?: PodStatus }) {
      if (patch.status !== undefined) seen.patched(patch.status)
      return {}
    },
    async delete(
      _kind: string,
      _name: unknown,
      options?: { readonly gracePeriodSeconds?: number },
    ) {
      seen.deleted(options?.gracePeriodSeconds)
    },
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a node makes no other call
  return calls as unknown as Client
}
