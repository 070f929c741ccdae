import { readPath } from './request-path.ts'

/** One request that was answered. */
export interface ObservedRequest {
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
  observe(request: ObservedRequest): void
  watchStarted(): void
  watchEnded(): void
  /** A watch was broken off since its client did not read. */
  watchDropped(): void
  /** https://prometheus.io/docs/instrumenting/exposition_formats/ */
  render(gauges: Gauges): string
}

/** Upper bounds of the histogram's buckets, seconds. */
const BUCKETS: readonly number[] = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 5, 10]

/** Counters with the names that Kubernetes gives them. Labels come from closed sets, so they cannot grow without end. */
export function newMetrics(): Metrics {
  return new CountedRequests()
}

class CountedRequests implements Metrics {
  readonly #totals = new Map<string, number>()
  readonly #buckets = BUCKETS.map(() => 0)
  #count = 0
  #sum = 0
  #watches = 0
  #dropped = 0

  observe({ verb, path, code, seconds }: ObservedRequest): void {
    const meaning = readPath(path)
    const resource = meaning.type === 'resource' ? meaning.path.served.definition.plural : ''
    const known = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'].includes(verb) ? verb : 'other'
    const labels = `verb="${known}",resource="${resource}",code="${code}"`
    this.#totals.set(labels, (this.#totals.get(labels) ?? 0) + 1)
    this.#count += 1
    this.#sum += seconds
    BUCKETS.forEach((bound, index) => {
      if (seconds <= bound) this.#buckets[index] = (this.#buckets[index] ?? 0) + 1
    })
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
    const name = 'apiserver_request_duration_seconds'
    const lines = [
      '# TYPE apiserver_request_total counter',
      ...[...this.#totals]
        .toSorted()
        .map(([labels, total]) => `apiserver_request_total{${labels}} ${total}`),
      `# TYPE ${name} histogram`,
      ...BUCKETS.map(
        (bound, index) => `${name}_bucket{le="${bound}"} ${this.#buckets[index] ?? 0}`,
      ),
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${this.#count}`,
      '# TYPE apiserver_longrunning_requests gauge',
      `apiserver_longrunning_requests{verb="WATCH"} ${this.#watches}`,
      '# TYPE hitless_watch_dropped_total counter',
      `hitless_watch_dropped_total ${this.#dropped}`,
      '# TYPE apiserver_storage_objects gauge',
      ...Object.entries(objectCounts).map(
        ([resource, count]) => `apiserver_storage_objects{resource="${resource}"} ${count}`,
      ),
      ...(memoryBytes === undefined
        ? []
        : [
            '# TYPE process_resident_memory_bytes gauge',
            `process_resident_memory_bytes ${memoryBytes}`,
          ]),
    ]
    return `${lines.join('\n')}\n`
  }
}
