import { controllerOf } from '../../api/meta.ts'
import type { Pod } from '../../api/pod.ts'
import { SortedMap } from '../../base/sorted-map.ts'
import { hostPortsOf } from './host-ports.ts'
import { requestsOf, type Requests } from './resources.ts'

/**
 * The pods of one node, those that were just placed there included, counted for all that a pass asks of them: only a
 * pod with wishes about other pods makes anybody look at each of them.
 */
export interface NodePods {
  readonly count: number
  /** Sorted by key. */
  readonly pods: readonly Pod[]
  /** What they ask for together. */
  readonly taken: Requests
  /** Those that use ports of the node. */
  readonly portUsers: readonly Pod[]
  /** Those that want to be away from others. */
  readonly loners: readonly Pod[]
  /** How many of them this controller has. */
  countOfController(uid: string): number
}

/** Kept up to date pod by pod. */
export class CountedPods implements NodePods {
  readonly #pods = new SortedMap<Pod>()
  readonly #portUsers = new SortedMap<Pod>()
  readonly #loners = new SortedMap<Pod>()
  readonly #taken = new Map<string, bigint>()
  readonly #byController = new Map<string, number>()

  get count(): number {
    return this.#pods.size
  }

  get pods(): readonly Pod[] {
    return this.#pods.list()
  }

  get taken(): Requests {
    return this.#taken
  }

  get portUsers(): readonly Pod[] {
    return this.#portUsers.list()
  }

  get loners(): readonly Pod[] {
    return this.#loners.list()
  }

  countOfController(uid: string): number {
    return this.#byController.get(uid) ?? 0
  }

  /** In the place of what was there under this key. */
  put(key: string, pod: Pod): void {
    this.remove(key)
    this.#pods.set(key, pod)
    if (hostPortsOf(pod).length > 0) this.#portUsers.set(key, pod)
    if (wantsToBeApart(pod)) this.#loners.set(key, pod)
    this.#count(pod, 1)
  }

  remove(key: string): void {
    const pod = this.#pods.get(key)
    if (pod === undefined) return
    this.#pods.delete(key)
    this.#portUsers.delete(key)
    this.#loners.delete(key)
    this.#count(pod, -1)
  }

  #count(pod: Pod, sign: 1 | -1): void {
    for (const [name, amount] of requestsOf(pod)) {
      const sum = (this.#taken.get(name) ?? 0n) + (sign === 1 ? amount : -amount)
      if (sum === 0n) this.#taken.delete(name)
      else this.#taken.set(name, sum)
    }
    const controller = controllerOf(pod)?.uid
    if (controller === undefined) return
    const count = this.countOfController(controller) + sign
    if (count === 0) this.#byController.delete(controller)
    else this.#byController.set(controller, count)
  }
}

function wantsToBeApart({ spec }: Pod): boolean {
  const terms = spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return (terms ?? []).length > 0
}
