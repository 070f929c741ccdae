import { Counters, Histograms, renderMetric, type Labels } from './exposition.ts'
import { groupOf, readPath, versionOf } from './request-path.ts'

/** One request that was answered. */
export interface ObservedRequest {
  /** The method. */
  readonly verb: string
  readonly path: string
  readonly code: number
  readonly seconds: number
}

/** What is counted elsewhere and told with the rest. */
export interface Gauges {
  /** Objects in the store by resource (`deployments.apps`). */
  readonly objectCounts: Readonly<Record<string, number>>
  readonly memoryBytes?: number
}

export interface Metrics {
  /** A request has come in; call what it returns when it is answered, or gone. */
  requestStarted(method: string): () => void
  observe(request: ObservedRequest): void
  watchStarted(): void
  watchEnded(): void
  /** A watch was broken off since its client did not read. */
  watchDropped(): void
  render(gauges: Gauges): string
}

/** Seconds, as Kubernetes' (k8s.io/apiserver, endpoints/metrics). */
const DURATION_BOUNDS: readonly number[] = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45,
  60,
]

const COMPONENT = { component: 'apiserver' }

/** Counters with the names that Kubernetes gives them. Labels come from closed sets, so they cannot grow without end. */
export function newMetrics(): Metrics {
  return new CountedRequests()
}

class CountedRequests implements Metrics {
  readonly #totals = new Counters()
  readonly #durations = new Histograms(DURATION_BOUNDS)
  readonly #inFlight = { mutating: 0, readOnly: 0 }
  #watches = 0
  #dropped = 0

  requestStarted(method: string): () => void {
    const kind = READING.includes(method) ? 'readOnly' : 'mutating'
    this.#inFlight[kind] += 1
    let isOver = false
    return () => {
      if (!isOver) this.#inFlight[kind] -= 1
      isOver = true
    }
  }

  observe({ verb, path, code, seconds }: ObservedRequest): void {
    const labels = requestLabels(verb, path)
    this.#totals.add({ ...labels, code: String(code) })
    this.#durations.observe(labels, seconds)
  }

  watchStarted(): void {
    this.#watches += 1
  }

  watchEnded(): void {
    this.#watches -= 1
  }

  watchDropped(): void {
    this.#dropped += 1
  }

  render({ objectCounts, memoryBytes }: Gauges): string {
    const objects = Object.entries(objectCounts).map(([resource, value]) => ({
      labels: { resource },
      value,
    }))
    const inFlight = Object.entries(this.#inFlight).map(([kind, value]) => ({
      labels: { request_kind: kind },
      value,
    }))
    const lines = [
      ...renderMetric(
        gauge('apiserver_current_inflight_requests', 'Requests that are being answered.'),
        inFlight,
      ),
      ...renderMetric(gauge('apiserver_longrunning_requests', 'Watches that are open.'), [
        { labels: { ...COMPONENT, verb: 'WATCH' }, value: this.#watches },
      ]),
      ...renderMetric(
        {
          name: 'apiserver_request_duration_seconds',
          type: 'histogram',
          help: 'From a request to its answer.',
        },
        this.#durations.samples(),
      ),
      ...renderMetric(
        counter('apiserver_request_total', 'Requests that were answered.'),
        this.#totals.samples(),
      ),
      ...renderMetric(gauge('apiserver_storage_objects', 'Objects that are stored.'), objects),
      ...renderMetric(
        counter('hitless_watch_dropped_total', 'Watches whose client did not read.'),
        [{ labels: {}, value: this.#dropped }],
      ),
      ...(memoryBytes === undefined ? [] : memoryLines(memoryBytes)),
    ]
    return `${lines.join('\n')}\n`
  }
}

const READING: readonly string[] = ['GET', 'HEAD']
const WRITING: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE']

/** What is asked for, in Kubernetes' words; paths that mean no object are one and the same. */
function requestLabels(method: string, path: string): Labels {
  const meaning = readPath(path)
  const known = [...READING, ...WRITING].includes(method) ? method : 'other'
  if (meaning.type !== 'resource') {
    return {
      ...COMPONENT,
      group: '',
      resource: '',
      scope: '',
      subresource: '',
      verb: known,
      version: '',
    }
  }
  const { served, namespace, name, subresource = '' } = meaning.path
  return {
    ...COMPONENT,
    group: groupOf(served.apiVersion),
    resource: served.definition.plural,
    scope: scopeOf(namespace, name, method),
    subresource,
    verb: name === undefined ? (OF_COLLECTION[known] ?? known) : known,
    version: versionOf(served.apiVersion),
  }
}

const OF_COLLECTION: Readonly<Record<string, string>> = {
  GET: 'LIST',
  HEAD: 'LIST',
  DELETE: 'DELETECOLLECTION',
}

function scopeOf(namespace: string | undefined, name: string | undefined, method: string): string {
  if (name !== undefined || method === 'POST') return 'resource'
  return namespace === undefined ? 'cluster' : 'namespace'
}

function memoryLines(value: number): readonly string[] {
  const resident = gauge('process_resident_memory_bytes', 'Memory of the process.')
  return renderMetric(resident, [{ labels: {}, value }])
}

function counter(name: string, help: string) {
  return { name, type: 'counter', help }
}

function gauge(name: string, help: string) {
  return { name, type: 'gauge', help }
}
