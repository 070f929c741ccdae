import { isApiError } from '../api/api-error.ts'
import type { Event, ObjectReference } from '../api/core.ts'
import type { ApiObject } from '../api/meta.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { Clock } from '../world/clock.ts'
import type { Client, ObjectName } from './client.ts'

/** Tells people what a component did, as Kubernetes Events; nothing decides by them. */
export interface EventRecorder {
  /** Returns at once. `object` must have been stored (it has a uid). */
  event(
    object: ApiObject,
    type: Event['type'],
    reason: string,
    message: string,
    options?: { readonly fieldPath?: string },
  ): void
  /** Resolves when everything told so far is stored or dropped. */
  flush(): Promise<void>
  /** Takes no more events; resolves when those told before are stored or dropped. */
  stop(): Promise<void>
  /** Events that were not stored: too many at once, or refused by the server. */
  readonly dropped: number
}

export interface EventRecorderOptions {
  /** The node that the component runs on. */
  readonly host?: string
  /** More events than this that wait to be stored are dropped. Default 1,000, as in client-go. */
  readonly waitingMax?: number
  /** So many different events are remembered for folding; of more, the least recent are forgotten. Default 4,096, as in client-go. */
  readonly rememberedMax?: number
}

/** Another name is tried this often when two components tell something of one object in the same instant. */
const NAME_ATTEMPTS = 8

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
  readonly #waitingMax: number
  readonly #rememberedMax: number
  readonly #waiting: Told[] = []
  /** By content; a Map keeps the order of insertion, so the first is the least recent. */
  readonly #remembered = new Map<string, Remembered>()
  #working: Promise<void> | undefined
  #stopped = false
  #sequence = 0
  #dropped = 0

  constructor(client: Client, clock: Clock, component: string, options: EventRecorderOptions) {
    this.#client = client
    this.#clock = clock
    this.#source = { component, ...(options.host === undefined ? {} : { host: options.host }) }
    this.#waitingMax = options.waitingMax ?? 1_000
    this.#rememberedMax = options.rememberedMax ?? 4_096
  }

  get dropped(): number {
    return this.#dropped
  }

  event(
    object: ApiObject,
    type: Event['type'],
    reason: string,
    message: string,
    options: { readonly fieldPath?: string } = {},
  ): void {
    if (this.#stopped || this.#waiting.length >= this.#waitingMax) {
      this.#dropped += 1
      return
    }
    const { apiVersion, kind, metadata } = object
    const { namespace, name, uid } = metadata
    this.#waiting.push({
      regarding: {
        apiVersion,
        kind,
        ...(namespace === undefined ? {} : { namespace }),
        name,
        ...(uid === undefined ? {} : { uid }),
        ...options,
      },
      namespace: namespace ?? 'default',
      type,
      reason,
      message,
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
      } catch {
        // As in Kubernetes, an event that the server refuses is not worth another try.
        this.#dropped += 1
      }
    }
    this.#working = undefined
  }

  async #store(told: Told): Promise<void> {
    const { regarding, type, reason, message } = told
    const content = JSON.stringify([regarding, type, reason, message])
    const known = this.#remembered.get(content)
    const next =
      (known === undefined ? undefined : await this.#raiseCount(known, told)) ??
      (await this.#create(told))
    this.#remembered.delete(content)
    this.#remembered.set(content, next)
    if (this.#remembered.size <= this.#rememberedMax) return
    for (const oldest of this.#remembered.keys()) return void this.#remembered.delete(oldest)
  }

  /** Undefined when the event is gone from the server. */
  async #raiseCount({ name, count }: Remembered, told: Told): Promise<Remembered | undefined> {
    try {
      const patch = { count: count + 1, lastTimestamp: formatTimestamp(told.wallMs) }
      await this.#client.patch('Event', name, patch)
      return { name, count: count + 1 }
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
    const timestamp = formatTimestamp(told.wallMs)
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
      involvedObject: told.regarding,
      reason: told.reason,
      message: told.message,
      source: this.#source,
      firstTimestamp: timestamp,
      lastTimestamp: timestamp,
      count: 1,
      type: told.type,
      reportingComponent: this.#source.component,
    }
  }
}
