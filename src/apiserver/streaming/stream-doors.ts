import type { PodAccess } from '../../api/pod-access.ts'
import type { Clock } from '../../world/clock.ts'

/** What a stream to a pod goes through. */
export interface StreamDoors {
  readonly access: PodAccess
  readonly clock: Clock
  /** Told of every fault of ours. */
  readonly onError: (error: unknown) => void
}
