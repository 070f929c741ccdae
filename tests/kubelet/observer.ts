import type { Event } from '../../src/api/core.ts'
import type { Pod } from '../../src/api/pod.ts'
import type { Client, Watch } from '../../src/client/client.ts'
import { maskMessage, tracksOf } from './tracks.ts'

/** A track has another value. */
export interface Change {
  readonly atMs: number
  readonly track: string
  readonly value: string
}

/** Watches the only pod of a namespace and its events, and notes each change of each track. */
export class Observer {
  readonly changes: Change[] = []
  readonly #now = new Map<string, string>()
  readonly #counts = new Map<string, { readonly object: string; text: string; count: number }>()
  readonly #watches: Watch[] = []
  readonly #nowMs: () => number
  readonly #waiting = new Set<() => void>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  async start(client: Client, namespace: string): Promise<void> {
    const pods = await client.list('Pod', { namespace })
    const events = await client.list('Event', { namespace })
    const from = (resourceVersion: string) => ({ namespace, resourceVersion })
    this.#watches.push(
      client.watch('Pod', from(pods.resourceVersion), (event) => {
        if (!('object' in event)) throw new Error(`the watch of pods has ended: ${event.type}`)
        this.#seePod(event.object, event.type === 'DELETED')
      }),
      client.watch('Event', from(events.resourceVersion), (event) => {
        if (!('object' in event)) throw new Error(`the watch of events has ended: ${event.type}`)
        if (event.type !== 'DELETED') this.#seeEvent(event.object)
      }),
    )
  }

  stop(): void {
    for (const watch of this.#watches) watch.stop()
  }

  /** What a track shows now. */
  shows(track: string): string {
    return this.#now.get(track) ?? ''
  }

  /** Resolves at the next change of any track. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve))
  }

  /** Each kind of event by what it is about: how often it was told. */
  eventCounts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { object, text, count } of this.#counts.values()) {
      const key = `${object} ${text}`
      counts.set(key, (counts.get(key) ?? 0) + count)
    }
    return counts
  }

  #seePod(pod: Pod, isGone: boolean): void {
    for (const [track, value] of tracksOf(pod)) this.#set(track, value)
    if (isGone) this.#set('deletion', 'gone')
  }

  /** The track of an object's events has all their kinds, in the order in which they first came. */
  #seeEvent({ metadata, involvedObject, source, type, reason, message, count = 1 }: Event): void {
    if (source?.component !== 'kubelet') return
    const container = /\{(.+)\}/.exec(involvedObject.fieldPath ?? '')?.[1]
    const object = container ?? 'pod'
    const text = `${type} ${reason} "${maskMessage(message)}"`
    this.#counts.set(metadata.name, { object, text, count })
    const track = `events ${object}`
    const before = this.shows(track)
    if (before.split(SEPARATOR).includes(text)) return
    this.#set(track, before === '' ? text : `${before}${SEPARATOR}${text}`)
  }

  #set(track: string, value: string): void {
    if (this.#now.get(track) === value) return
    this.#now.set(track, value)
    this.changes.push({ atMs: this.#nowMs(), track, value })
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}

/** Between the events of a track. */
export const SEPARATOR = ' | '
