import { isApiError } from '../../api/api-error.ts'
import type { PodStatus } from '../../api/pod.ts'
import type { Client } from '../../client/client.ts'
import type { PodRef, Recorder } from '../../timeline/fact.ts'
import { type Clock, sleep } from '../../world/clock.ts'

/** A status that the API server refuses is offered again after this long. */
const RETRY_MS = 1_000
/** In a row: then what waits is given up, until something else is to be written. */
const TRIES_MAX = 60
/** More statuses than this never wait: the oldest that waits is left out, the newest always goes. */
const WAITING_MAX = 16

/** Writes a pod's statuses through the API, one after another in the order they were given. */
export class StatusWriter {
  readonly #client: Client
  readonly #clock: Clock
  readonly #recorder: Recorder
  readonly #pod: PodRef
  readonly #abort = new AbortController()
  #waiting: PodStatus[] = []
  #isWriting = false
  #writing: Promise<void> = Promise.resolve()

  constructor(
    doors: { readonly client: Client; readonly clock: Clock; readonly recorder: Recorder },
    pod: PodRef,
  ) {
    this.#client = doors.client
    this.#clock = doors.clock
    this.#recorder = doors.recorder
    this.#pod = pod
  }

  write(status: PodStatus): void {
    if (this.#abort.signal.aborted) return
    if (this.#waiting.length === WAITING_MAX) this.#waiting.shift()
    this.#waiting.push(status)
    if (!this.#isWriting) this.#writing = this.#writeAll()
  }

  /** Resolves when nothing waits to be written any more. */
  async flush(): Promise<void> {
    await this.#writing
  }

  /** Removes the object for good; somebody else may have done so, or made a new pod of that name. */
  async deletePod(): Promise<void> {
    const { namespace, name, uid } = this.#pod
    const options = { gracePeriodSeconds: 0, preconditions: { uid } }
    try {
      await this.#client.delete('Pod', { namespace, name }, options)
    } catch (error) {
      if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error
    }
  }

  /** Forgets what waits. Resolves when nothing is being written. */
  async stop(): Promise<void> {
    this.#abort.abort()
    this.#waiting = []
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    // Cleared in the same turn that finds nothing left, so that no status is left lying.
    this.#isWriting = true
    let tries = 0
    for (let status = this.#waiting.shift(); status; status = this.#waiting.shift()) {
      const isWritten = await this.#tryWrite(status)
      tries = isWritten ? 0 : tries + 1
      if (isWritten) continue
      if (tries === TRIES_MAX) {
        this.#giveUp()
        break
      }
      if (this.#waiting.length === 0) this.#waiting.push(status)
      await sleep(this.#clock, RETRY_MS, this.#abort.signal)
      if (this.#abort.signal.aborted) break
    }
    this.#isWriting = false
  }

  #giveUp(): void {
    this.#waiting = []
    const { namespace, name } = this.#pod
    const what = `tries to write the status of pod ${namespace}/${name}`
    this.#recorder.record({ kind: 'bound-reached', what, limit: TRIES_MAX })
  }

  async #tryWrite(status: PodStatus): Promise<boolean> {
    const { namespace, name, uid } = this.#pod
    try {
      // The UID keeps the status from a later pod of the same name.
      const patch = { metadata: { uid }, status }
      await this.#client.patch('Pod', { namespace, name }, patch, { subresource: 'status' })
      return true
    } catch (error) {
      // The pod is gone, or another one has its name: there is nothing to write any more.
      const reasons = ['NotFound', 'Conflict', 'Invalid'] as const
      return reasons.some((reason) => isApiError(error, reason))
    }
  }
}
