import type { LimitedResource } from '../../runtime/runtime.ts'
import type { PodRef, Recorder } from '../../timeline/fact.ts'

/** Tells, once for a node, of each kind of limit that its machine does not enforce. */
export class UnenforcedLimits {
  readonly #recorder: Recorder
  readonly #node: string
  readonly #told = new Set<LimitedResource>()

  constructor(recorder: Recorder, node: string) {
    this.#recorder = recorder
    this.#node = node
  }

  tell(
    unenforced: readonly LimitedResource[],
    subject: { readonly pod: PodRef; readonly container: string },
  ): void {
    for (const resource of unenforced) {
      if (this.#told.has(resource)) continue
      this.#told.add(resource)
      this.#recorder.record({ kind: 'limit-not-enforced', node: this.#node, resource, ...subject })
    }
  }
}
