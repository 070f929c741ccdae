import { isPodReady, isPodTerminal, isPodTerminating, type Pod } from '../../src/api/pod.ts'
import { formatTimestamp } from '../../src/base/timestamp.ts'
import type { Client } from '../../src/client/client.ts'
import { MARK } from './snapshot.ts'

/** The kubelet's part, played by the script: pods change when it says so, and not otherwise. */
export class PlayedPods {
  readonly #client: Client
  readonly #namespace: string
  readonly #nowMs: () => number

  constructor(client: Client, namespace: string, nowMs: () => number) {
    this.#client = client
    this.#namespace = namespace
    this.#nowMs = nowMs
  }

  /** Those of the image in this state that have no mark; ready ones first, then by name. */
  async find(image: string, state: 'ready' | 'unready' | 'active' | 'terminating'): Promise<Pod[]> {
    const { items } = await this.#client.list('Pod', { namespace: this.#namespace })
    return items
      .filter((pod) => pod.spec.containers[0]?.image === `web:${image}`)
      .filter((pod) => pod.metadata.annotations?.[MARK] === undefined)
      .filter((pod) => isIn(pod, state))
      .toSorted((a, b) => Number(isPodReady(b)) - Number(isPodReady(a)))
  }

  async setReady(pod: Pod, isReady: boolean): Promise<void> {
    await this.#setStatus(pod, 'Running', isReady ? 'True' : 'False')
  }

  async fail(pod: Pod): Promise<void> {
    await this.#setStatus(pod, 'Failed', 'False')
  }

  async patch(pod: Pod, metadata: object): Promise<void> {
    await this.#client.patch('Pod', pod.metadata, { metadata })
  }

  async delete(pod: Pod): Promise<void> {
    await this.#client.delete('Pod', pod.metadata)
  }

  async remove(pod: Pod): Promise<void> {
    await this.#client.delete('Pod', pod.metadata, { gracePeriodSeconds: 0 })
  }

  async #setStatus(pod: Pod, phase: string, status: 'True' | 'False'): Promise<void> {
    const lastTransitionTime = formatTimestamp(this.#nowMs())
    const conditions = [{ type: 'Ready', status, lastTransitionTime }]
    const patch = { status: { phase, conditions } }
    await this.#client.patch('Pod', pod.metadata, patch, { subresource: 'status' })
  }
}

function isIn(pod: Pod, state: 'ready' | 'unready' | 'active' | 'terminating'): boolean {
  if (state === 'terminating') return isPodTerminating(pod)
  if (isPodTerminating(pod) || isPodTerminal(pod)) return false
  return state === 'active' || isPodReady(pod) === (state === 'ready')
}
