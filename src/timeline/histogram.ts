/** Values below 2^8 have a bucket each; above, every power of two is cut into 2^7: 0.8 % wide at most. */
const SUB_BUCKET_BITS = 7
const SUB_BUCKETS = 1 << SUB_BUCKET_BITS
const LINEAR_MAX = SUB_BUCKETS * 2
const BUCKETS = LINEAR_MAX + (32 - SUB_BUCKET_BITS - 1) * SUB_BUCKETS
const VALUE_MAX = 0xffff_ffff

/** Values that a histogram cannot tell apart. */
export interface Bucket {
  /** Both inclusive. */
  readonly low: number
  readonly high: number
  readonly count: number
}

/** What is known of many values: percentiles to 0.8 %, the rest exactly. */
export interface Distribution {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  /** Of these values, not estimated for others. */
  readonly standardDeviation: number
  /** The smallest value that at least `fraction` (0 to 1) of all are at or below; 0 when there are none. */
  percentile(fraction: number): number
  /** How many values are at or below; a bucket that holds `value` counts wholly. */
  countUpTo(value: number): number
  /** Those that are not empty, in ascending order. */
  buckets(): Iterable<Bucket>
}

/** A histogram as plain data. */
export interface HistogramSnapshot {
  readonly counts: Uint32Array
  readonly count: number
  /** Infinity without any value. */
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly sumOfSquares: number
}

/**
 * Counts of whole numbers from 0 to 2^32 − 1 (larger ones count as that) in log-linear buckets:
 * 13 kB, about three nanoseconds a value, merged by adding. Percentiles are never flattering: they
 * give the upper end of their bucket, and never more than the largest value seen.
 */
export class Histogram implements Distribution {
  readonly #counts = new Uint32Array(BUCKETS)
  #count = 0
  #min = Infinity
  #max = 0
  #sum = 0
  #sumOfSquares = 0

  get count(): number {
    return this.#count
  }

  get min(): number {
    return this.#count === 0 ? 0 : this.#min
  }

  get max(): number {
    return this.#max
  }

  get sum(): number {
    return this.#sum
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count
  }

  get standardDeviation(): number {
    if (this.#count === 0) return 0
    return Math.sqrt(Math.max(0, this.#sumOfSquares / this.#count - this.mean * this.mean))
  }

  record(value: number): void {
    const bounded = value < 0 ? 0 : value > VALUE_MAX ? VALUE_MAX : Math.floor(value)
    const bucket = bucketOf(bounded)
    this.#counts[bucket] = this.#counts[bucket]! + 1
    this.#count++
    this.#sum += bounded
    this.#sumOfSquares += bounded * bounded
    if (bounded > this.#max) this.#max = bounded
    if (bounded < this.#min) this.#min = bounded
  }

  merge(other: Histogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.#counts[bucket] = this.#counts[bucket]! + other.#counts[bucket]!
    }
    this.#count += other.#count
    this.#sum += other.#sum
    this.#sumOfSquares += other.#sumOfSquares
    this.#min = Math.min(this.#min, other.#min)
    this.#max = Math.max(this.#max, other.#max)
  }

  percentile(fraction: number): number {
    const rank = Math.max(1, Math.ceil(fraction * this.#count))
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket]!
      if (seen >= rank) return Math.min(upperEnd(bucket), this.#max)
    }
    return this.#max
  }

  countUpTo(value: number): number {
    let seen = 0
    for (const { low, count } of this.buckets()) {
      if (low > value) break
      seen += count
    }
    return seen
  }

  *buckets(): Generator<Bucket> {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#counts[bucket]!
      if (count === 0) continue
      const low = bucket === 0 ? 0 : upperEnd(bucket - 1) + 1
      yield { low, high: Math.min(upperEnd(bucket), this.#max), count }
    }
  }

  /** A copy that can cross threads. */
  snapshot(): HistogramSnapshot {
    return {
      counts: this.#counts.slice(),
      count: this.#count,
      min: this.#min,
      max: this.#max,
      sum: this.#sum,
      sumOfSquares: this.#sumOfSquares,
    }
  }

  static of({ counts, count, min, max, sum, sumOfSquares }: HistogramSnapshot): Histogram {
    const histogram = new Histogram()
    histogram.#counts.set(counts)
    histogram.#count = count
    histogram.#min = min
    histogram.#max = max
    histogram.#sum = sum
    histogram.#sumOfSquares = sumOfSquares
    return histogram
  }

  reset(): void {
    this.#counts.fill(0)
    this.#count = 0
    this.#sum = 0
    this.#sumOfSquares = 0
    this.#min = Infinity
    this.#max = 0
  }
}

function bucketOf(value: number): number {
  if (value < LINEAR_MAX) return value
  const exponent = 31 - Math.clz32(value)
  const subBucket = (value >>> (exponent - SUB_BUCKET_BITS)) - SUB_BUCKETS
  return LINEAR_MAX + (exponent - SUB_BUCKET_BITS - 1) * SUB_BUCKETS + subBucket
}

/** The largest value of a bucket. */
function upperEnd(bucket: number): number {
  if (bucket < LINEAR_MAX) return bucket
  const octave = Math.floor((bucket - LINEAR_MAX) / SUB_BUCKETS)
  const subBucket = (bucket - LINEAR_MAX) % SUB_BUCKETS
  return (SUB_BUCKETS + subBucket + 1) * 2 ** (octave + 1) - 1
}
