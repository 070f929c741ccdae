import { isApiError } from '../api/api-error.ts'
import type { Event, ObjectReference } from '../api/core.ts'
import type { ApiObject } from '../api/meta.ts'
import { LeastRecent } from '../base/least-recent.ts'
import { formatTimestamp, formatTimestampMs } from '../base/timestamp.ts'
import type { Clock } from '../world/clock.ts'
import type { Client, ObjectName } from './client.ts'
import { EventCorrelator } from './event-correlator.ts'

/** Tells people what a component did, as Kubernetes Events; nothing decides by them. */
export interface EventRecorder {
  /** Returns at once. `object` must have been stored (it has a uid). */
  event(
    object: ApiObject,
    type: Event['type'],
    reason: string,
    message: string,
    options?: EventDetails,
  ): void
  /** Resolves when everything told so far is stored or dropped. */
  flush(): Promise<void>
  /** Takes no more events; resolves when those told before are stored or dropped. */
  stop(): Promise<void>
  /** Events that were not stored: too many at once, or refused by the server. */
  readonly dropped: number
}

export interface EventDetails {
  readonly fieldPath?: string
  /** What was done, in one word: `Binding`. Only the newer form tells it, and has to. */
  readonly action?: string
}

export interface EventRecorderOptions {
  /** The node that the component runs on. */
  readonly host?: string
  /**
   * Writes the form of events.k8s.io, and names the one of several components of this kind: with the time to the microsecond,
   * and a series in place of a count.
   */
  readonly instance?: string
  /** More events than this that wait to be stored are dropped. Default 1,000, as in client-go. */
  readonly waitingMax?: number
  /** So many different events are remembered for folding; of more, the least recent are forgotten. Default 4,096, as in client-go. */
  readonly rememberedMax?: number
  /**
   * Fold events that are much alike, and leave out those of an object that has too many, as Kubernetes' components do.
   * Default false: each event is a fact.
   */
  readonly correlate?: boolean
  /** Told of every event that is not stored, and why; `error` where the server refused it. */
  readonly onDropped?: (why: DropReason, error?: unknown) => void
}

/** `full`: too many wait. `spam`: too many about one object. */
export type DropReason = 'full' | 'stopped' | 'spam' | 'refused'

/** Another name is tried this often when two components tell something of one object in the same instant. */
const NAME_ATTEMPTS = 8
/** After so long without a change a server has no event any more (kube-apiserver's `--event-ttl`): there is no count to raise. */
const EVENT_MS_MAX = 3_600_000

/**
 * An event that equals an earlier one in everything but the time raises that one's count and last
 * timestamp. Events of cluster-scoped objects are in the namespace `default`.
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function newEventRecorder(
  client: Client,
  clock: Clock,
  component: string,
  options: EventRecorderOptions = {},
): EventRecorder {
  return new QueueingRecorder(client, clock, component, options)
}

interface Told {
  readonly regarding: ObjectReference
  readonly namespace: string
  readonly type: Event['type']
  readonly reason: string
  readonly message: string
  readonly action: string | undefined
  readonly wallMs: number
}

interface Remembered {
  readonly name: ObjectName
  readonly count: number
}

class QueueingRecorder implements EventRecorder {
  readonly #client: Client
  readonly #clock: Clock
  readonly #source: { readonly component: string; readonly host?: string }
  readonly #instance: string | undefined
  readonly #waitingMax: number
  readonly #waiting: Told[] = []
  /** By what the events have in common. */
  readonly #remembered: LeastRecent<Remembered>
  readonly #correlator: EventCorrelator | undefined
  readonly #onDropped: NonNullable<EventRecorderOptions['onDropped']>
  #working: Promise<void> | undefined
  #stopped = false
  #sequence = 0
  #dropped = 0

  constructor(client: Client, clock: Clock, component: string, options: EventRecorderOptions) {
    this.#client = client
    this.#clock = clock
    this.#source = { component, ...(options.host === undefined ? {} : { host: options.host }) }
    this.#instance = options.instance
    this.#waitingMax = options.waitingMax ?? 1_000
    const rememberedMax = options.rememberedMax ?? 4_096
    this.#remembered = new LeastRecent({ sizeMax: rememberedMax, ageMsMax: EVENT_MS_MAX })
    this.#correlator = options.correlate === true ? new EventCorrelator(rememberedMax) : undefined
    this.#onDropped = options.onDropped ?? (() => undefined)
  }

  get dropped(): number {
    return this.#dropped
  }

  event(
    object: ApiObject,
    type: Event['type'],
    reason: string,
    message: string,
    { action, ...details }: EventDetails = {},
  ): void {
    if (this.#stopped) return this.#drop('stopped')
    if (this.#waiting.length >= this.#waitingMax) return this.#drop('full')
    const { apiVersion, kind, metadata } = object
    const { namespace, name, uid, resourceVersion } = metadata
    this.#waiting.push({
      regarding: {
        apiVersion,
        kind,
        ...(namespace === undefined ? {} : { namespace }),
        name,
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        ...details,
      },
      namespace: namespace ?? 'default',
      type,
      reason,
      message,
      action,
      wallMs: this.#clock.wallMs(),
    })
    this.#working ??= this.#work()
  }

  async flush(): Promise<void> {
    await this.#working
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#working
  }

  /** One at a time: the order of events is the order of their telling. Never rejects. */
  async #work(): Promise<void> {
    for (let told = this.#waiting.shift(); told !== undefined; told = this.#waiting.shift()) {
      try {
        await this.#store(told)
      } catch (error) {
        // As in Kubernetes, an event that the server refuses is not worth another try.
        this.#drop('refused', error)
      }
    }
    this.#working = undefined
  }

  #drop(why: DropReason, error?: unknown): void {
    this.#dropped += 1
    this.#onDropped(why, error)
  }

  async #store(asTold: Told): Promise<void> {
    const { regarding, type, reason } = asTold
    const { resourceVersion, fieldPath, ...object } = regarding
    // Short, since many are remembered; a uid says which object it is.
    const { kind, uid } = object
    const subject = JSON.stringify([...(uid === undefined ? [object] : [kind, uid]), type])
    // A series is about one version of the object; a count goes on.
    const version = this.#instance === undefined ? undefined : resourceVersion
    const content = JSON.stringify([subject, fieldPath, version, reason, asTold.message])
    const correlation =
      this.#correlator === undefined
        ? { key: content, message: asTold.message }
        : this.#correlator.correlate(
            { subject, reason, message: asTold.message, content },
            asTold.wallMs,
          )
    if (correlation === undefined) return this.#drop('spam')
    const { key, message } = correlation
    const told: Told = { ...asTold, message }
    const known = this.#remembered.get(key)
    const next =
      (known === undefined ? undefined : await this.#raiseCount(known, told)) ??
      (await this.#create(told))
    this.#remembered.set(key, next, told.wallMs)
  }

  /** Undefined when the event is gone from the server. */
  async #raiseCount({ name, count }: Remembered, told: Told): Promise<Remembered | undefined> {
    try {
      const { message, wallMs } = told
      const times = count + 1
      const patch =
        this.#instance === undefined
          ? { count: times, lastTimestamp: formatTimestamp(wallMs), message }
          : { series: { count: times, lastObservedTime: formatMicroTime(wallMs) } }
      await this.#client.patch('Event', name, patch)
      return { name, count: times }
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined
      throw error
    }
  }

  async #create(told: Told): Promise<Remembered> {
    for (let attempt = 1; ; attempt++) {
      const name = { namespace: told.namespace, name: this.#nameFor(told) }
      try {
        await this.#client.create('Event', this.#eventOf(told, name))
        return { name, count: 1 }
      } catch (error) {
        if (!isApiError(error, 'AlreadyExists') || attempt === NAME_ATTEMPTS) throw error
      }
    }
  }

  /** `<object>.<hex>`: nanoseconds since the epoch, the last six digits being a running number of ours. */
  #nameFor({ regarding, wallMs }: Told): string {
    this.#sequence = (this.#sequence + 1) % 1_000_000
    const nanoseconds = BigInt(Math.floor(wallMs)) * 1_000_000n + BigInt(this.#sequence)
    return `${regarding.name}.${nanoseconds.toString(16)}`
  }

  #eventOf(told: Told, { namespace, name }: ObjectName): Event {
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
      involvedObject: told.regarding,
      reason: told.reason,
      message: told.message,
      type: told.type,
      reportingComponent: this.#source.component,
      ...this.#timesOf(told),
    }
  }

  #timesOf({ action, wallMs }: Told): Partial<Event> {
    if (this.#instance === undefined) {
      const timestamp = formatTimestamp(wallMs)
      return { source: this.#source, firstTimestamp: timestamp, lastTimestamp: timestamp, count: 1 }
    }
    return {
      eventTime: formatMicroTime(wallMs),
      reportingInstance: this.#instance,
      ...(action === undefined ? {} : { action }),
    }
  }
}

function formatMicroTime(wallMs: number): string {
  return formatTimestampMs(wallMs).replace('Z', '000Z')
}
