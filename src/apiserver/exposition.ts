/** The text that Prometheus reads: https://prometheus.io/docs/instrumenting/exposition_formats/ */

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly labels: Labels
  readonly value: number
}

/** A metric with its samples, which are sorted, so that equal states give equal text. */
export function renderMetric(
  { name, type, help }: { readonly name: string; readonly type: string; readonly help: string },
  samples: readonly (Sample & { readonly suffix?: string })[],
): readonly string[] {
  const lines = samples.map(
    ({ labels, value, suffix = '' }) => `${name}${suffix}${formatLabels(labels)} ${value}`,
  )
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines]
}

/** The braces with what is in them, names sorted; also the key of a sample. */
export function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${escapeValue(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

/** Counts by labels. */
export class Counters {
  readonly #samples = new Map<string, { readonly labels: Labels; value: number }>()

  add(labels: Labels, amount = 1): void {
    const key = formatLabels(labels)
    const sample = this.#samples.get(key)
    if (sample === undefined) this.#samples.set(key, { labels, value: amount })
    else sample.value += amount
  }

  samples(): readonly Sample[] {
    return sorted(this.#samples)
  }
}

interface Distribution {
  readonly labels: Labels
  /** How many values fell between the bound before and the one of the same place. */
  readonly counts: number[]
  count: number
  sum: number
}

/** Distributions by labels. */
export class Histograms {
  readonly #bounds: readonly number[]
  readonly #samples = new Map<string, Distribution>()

  /** `bounds`: the upper ends of the buckets, rising. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
  }

  observe(labels: Labels, value: number): void {
    const key = formatLabels(labels)
    const own = this.#samples.get(key) ?? {
      labels,
      counts: this.#bounds.map(() => 0),
      count: 0,
      sum: 0,
    }
    this.#samples.set(key, own)
    own.count += 1
    own.sum += value
    const bucket = this.#bounds.findIndex((bound) => value <= bound)
    if (bucket >= 0) own.counts[bucket] = (own.counts[bucket] ?? 0) + 1
  }

  samples(): readonly (Sample & { readonly suffix: string })[] {
    return sorted(this.#samples).flatMap(({ labels, counts, count, sum }) => {
      let below = 0
      const buckets = this.#bounds.map((bound, index) => {
        below += counts[index] ?? 0
        return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below }
      })
      return [
        ...buckets,
        { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
        { suffix: '_sum', labels, value: sum },
        { suffix: '_count', labels, value: count },
      ]
    })
  }
}

function sorted<T>(samples: ReadonlyMap<string, T>): readonly T[] {
  return [...samples].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sample]) => sample)
}
