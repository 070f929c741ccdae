import type { Client } from '../../client/client.ts'
import { newInformer, type Informer } from '../../client/informer.ts'
import type { Clock } from '../../world/clock.ts'

type SourceKind = 'ConfigMap' | 'Secret'

interface Followed {
  readonly informer: Informer<SourceKind>
  readonly listeners: Set<(name: string) => void>
}

/**
 * Tells pods that an object of their namespace has changed: one watch for each kind and namespace that somebody
 * follows, however many do.
 */
export class SourceWatches {
  readonly #client: Client
  readonly #clock: Clock
  readonly #followed = new Map<string, Followed>()

  constructor(client: Client, clock: Clock) {
    this.#client = client
    this.#clock = clock
  }

  /** `onChange` hears the name of what has changed, and first of all that is there. Returns how to hear no more. */
  follow(kind: SourceKind, namespace: string, onChange: (name: string) => void): () => void {
    const key = `${kind}/${namespace}`
    const followed = this.#followed.get(key) ?? this.#start(key, kind, namespace)
    // Each follower is one of its own, whatever it hands over.
    const listener = (name: string) => onChange(name)
    followed.listeners.add(listener)
    return () => {
      followed.listeners.delete(listener)
      if (followed.listeners.size > 0 || this.#followed.get(key) !== followed) return
      this.#followed.delete(key)
      followed.informer.stop()
    }
  }

  stop(): void {
    for (const { informer } of this.#followed.values()) informer.stop()
    this.#followed.clear()
  }

  #start(key: string, kind: SourceKind, namespace: string): Followed {
    const informer: Informer<SourceKind> = newInformer(this.#client, this.#clock, kind, {
      namespace,
    })
    const followed: Followed = { informer, listeners: new Set() }
    this.#followed.set(key, followed)
    informer.onChange(({ current, previous }) => {
      const name = (current ?? previous)?.metadata.name ?? ''
      for (const listener of followed.listeners) listener(name)
    })
    // Who may not list them (a node may not, by Kubernetes' own rules) looks again once a minute.
    informer.start().catch(() => undefined)
    return followed
  }
}
