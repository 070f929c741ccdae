import type { Event } from '../../src/api/core.ts'
import type { ReplicaSet } from '../../src/api/workload.ts'
import type { Client, Watch, WatchEvent } from '../../src/client/client.ts'
import type { Kind } from '../../src/api/kinds.ts'

const WATCHED = ['Deployment', 'ReplicaSet', 'Pod', 'Event'] as const

/** Watches a namespace: names in the order of creation, sizes as they change, events as they are told. */
export class Observer {
  /** Changes with everything that happens. */
  activity = 0
  /** ReplicaSets by name, in the order of creation; those that are gone keep their place. */
  readonly replicaSetNames: string[] = []
  readonly #sizes = new Map<string, number>()
  #steps: string[] = []
  #told: Event[] = []
  readonly #watches: Watch[] = []

  static async start(client: Client, namespace: string): Promise<Observer> {
    const observer = new Observer()
    for (const kind of WATCHED) {
      const { resourceVersion } = await client.list(kind, { namespace })
      const options = { namespace, resourceVersion }
      observer.#watches.push(client.watch(kind, options, (event) => observer.#see(event)))
    }
    return observer
  }

  stop(): void {
    for (const watch of this.#watches) watch.stop()
  }

  /** `rs2`: the second ReplicaSet that was made. */
  idOf(replicaSetName: string): string {
    const index = this.replicaSetNames.indexOf(replicaSetName)
    return index === -1 ? replicaSetName : `rs${index + 1}`
  }

  /** Names that differ from run to run become their place in the order of creation. */
  mask(text: string): string {
    const longestFirst = this.replicaSetNames.toSorted((a, b) => b.length - a.length)
    return longestFirst.reduce(
      (masked, name) =>
        masked
          .replaceAll(new RegExp(`${name}-[a-z0-9]{5}\\b`, 'g'), 'POD')
          .replaceAll(name, this.idOf(name)),
      text,
    )
  }

  /** The distinct states of all sizes since the last call, the one of then first. */
  takeSizes(): string {
    const steps = this.#steps
    this.#steps = [this.#describeSizes()]
    return steps.join(' → ')
  }

  takeEvents(): readonly Event[] {
    const told = this.#told
    this.#told = []
    return told
  }

  #see(event: WatchEvent<Kind>): void {
    if (!('object' in event)) throw new Error(`a watch has ended: ${event.type}`)
    const { object } = event
    this.activity += 1
    if (object.kind === 'Event' && event.type !== 'DELETED') this.#told.push(object)
    if (object.kind === 'ReplicaSet') this.#seeReplicaSet(object, event.type === 'DELETED')
  }

  #seeReplicaSet({ metadata: { name }, spec }: ReplicaSet, isGone: boolean): void {
    if (!this.replicaSetNames.includes(name)) this.replicaSetNames.push(name)
    if (isGone) this.#sizes.delete(name)
    else this.#sizes.set(name, spec.replicas ?? 1)
    const text = this.#describeSizes()
    if (this.#steps.at(-1) !== text) this.#steps.push(text)
  }

  #describeSizes(): string {
    const present = this.replicaSetNames.filter((name) => this.#sizes.has(name))
    const sizes = present.map((name) => `${this.idOf(name)}:${this.#sizes.get(name)}`)
    return sizes.length === 0 ? 'none' : sizes.join(' ')
  }
}
