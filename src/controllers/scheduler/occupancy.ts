import { isPodTerminal, isPodTerminating, type Pod } from '../../api/pod.ts'
import { isSame } from '../canonical-json.ts'
import { CountedPods, type NodePods } from './node-pods.ts'

/** What a change means for pods that wait: `freed` may help any of them, `taken` only those that look for company or balance. */
export type RoomChange = 'freed' | 'taken' | 'none'

interface Seat {
  readonly nodeName: string
  readonly pod: Pod
}

const NOBODY: NodePods = new CountedPods()

/** Which pods take up room on which node. Pods that have finished take none. */
export class Occupancy {
  readonly #nodes = new Map<string, CountedPods>()
  /** By key of the pod. */
  readonly #seats = new Map<string, Seat>()
  /** Node names by uid of pods that were placed and that the cache does not show there yet. */
  readonly #assumed = new Map<string, string>()

  on(nodeName: string): NodePods {
    return this.#nodes.get(nodeName) ?? NOBODY
  }

  /** Whether the pod was placed, and the cache does not show it yet. */
  isAssumed({ metadata: { uid = '' } }: Pod): boolean {
    return this.#assumed.has(uid)
  }

  /** The pod was placed: it counts from now on, else many pods at once would all go to one node. */
  assume(key: string, pod: Pod, nodeName: string): void {
    this.#assumed.set(pod.metadata.uid ?? '', nodeName)
    this.#sit(key, { nodeName, pod })
  }

  /** What the cache shows now. Undefined: the pod is gone. */
  put(key: string, pod: Pod | undefined): RoomChange {
    const before = this.#seats.get(key)
    const uid = pod?.metadata.uid ?? ''
    const oldUid = before?.pod.metadata.uid ?? ''
    if (oldUid !== uid) this.#assumed.delete(oldUid)
    const nodeName = pod?.spec.nodeName ?? this.#assumed.get(uid)
    const isNewHere = pod?.spec.nodeName !== undefined && this.#assumed.delete(uid)
    if (pod === undefined || nodeName === undefined || isPodTerminal(pod)) {
      this.#leave(key)
      return before === undefined ? 'none' : 'freed'
    }
    this.#sit(key, { nodeName, pod })
    if (before === undefined || isNewHere) return 'taken'
    return isAlike(before, { nodeName, pod }) ? 'none' : 'freed'
  }

  #sit(key: string, seat: Seat): void {
    if (this.#seats.get(key)?.nodeName !== seat.nodeName) this.#leave(key)
    this.#seats.set(key, seat)
    let pods = this.#nodes.get(seat.nodeName)
    if (pods === undefined) this.#nodes.set(seat.nodeName, (pods = new CountedPods()))
    pods.put(key, seat.pod)
  }

  #leave(key: string): void {
    const seat = this.#seats.get(key)
    if (seat === undefined) return
    this.#seats.delete(key)
    const pods = this.#nodes.get(seat.nodeName)
    pods?.remove(key)
    if (pods?.count === 0) this.#nodes.delete(seat.nodeName)
  }
}

/** Neither its room nor what others look for in it has changed; a pod that is ending is no weight in a balance any more. */
function isAlike(before: Seat, after: Seat): boolean {
  return (
    before.nodeName === after.nodeName &&
    isSame(before.pod.metadata.labels, after.pod.metadata.labels) &&
    isSame(before.pod.spec, after.pod.spec) &&
    isPodTerminating(before.pod) === isPodTerminating(after.pod)
  )
}
