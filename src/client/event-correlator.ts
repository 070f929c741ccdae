import { LeastRecent } from '../base/least-recent.ts'

/** Among so many messages of one kind about one object, the last ones are told as one event. */
const SIMILAR_MAX = 10
/** They are similar as long as one follows the other within this time. */
const SIMILAR_MS_MAX = 600_000
/** So many events about an object may come at once, and then one in five minutes. */
const BURST = 25
const REFILL_MS = 300_000
/** After so long an object has all of them again, as one that nothing was told of. */
const REFILLED_MS = BURST * REFILL_MS

/** What makes events alike. */
export interface Correlated {
  /** The object, with its source and the type of the event. */
  readonly subject: string
  readonly reason: string
  readonly message: string
  /** Equal for events that are equal in everything but the time. */
  readonly content: string
}

export interface Correlation {
  /** Events with the same key are one event, with a count. */
  readonly key: string
  readonly message: string
}

interface Similar {
  readonly messages: Set<string>
  readonly lastMs: number
}

interface Bucket {
  readonly tokens: number
  readonly atMs: number
}

/**
 * Keeps a component that repeats itself from filling the store: client-go's event correlator (tools/record/events_cache.go),
 * with its defaults. Times are milliseconds of any clock.
 */
export class EventCorrelator {
  readonly #similar: LeastRecent<Similar>
  readonly #buckets: LeastRecent<Bucket>

  constructor(rememberedMax: number) {
    this.#similar = new LeastRecent({ sizeMax: rememberedMax, ageMsMax: SIMILAR_MS_MAX })
    this.#buckets = new LeastRecent({ sizeMax: rememberedMax, ageMsMax: REFILLED_MS })
  }

  /** Undefined for an event that is one too many. */
  correlate(event: Correlated, nowMs: number): Correlation | undefined {
    const correlation = this.#fold(event, nowMs)
    return this.#takeToken(event.subject, nowMs) ? correlation : undefined
  }

  #fold({ subject, reason, message, content }: Correlated, nowMs: number): Correlation {
    const key = `${subject} ${reason}`
    const known = this.#similar.get(key)
    const isOver = known === undefined || nowMs - known.lastMs > SIMILAR_MS_MAX
    const messages = isOver ? new Set<string>() : known.messages
    messages.add(message)
    this.#similar.set(key, { messages, lastMs: nowMs }, nowMs)
    if (messages.size < SIMILAR_MAX) return { key: content, message }
    // One makes room, so that the next new message is folded too.
    for (const one of messages) {
      messages.delete(one)
      break
    }
    return { key, message: `(combined from similar events): ${message}` }
  }

  #takeToken(subject: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(subject) ?? { tokens: BURST, atMs: nowMs }
    const tokens = Math.min(BURST, bucket.tokens + (nowMs - bucket.atMs) / REFILL_MS)
    const isGranted = tokens >= 1
    const left = isGranted ? tokens - 1 : tokens
    this.#buckets.set(subject, { tokens: left, atMs: nowMs }, nowMs)
    return isGranted
  }
}
