import type { ContainerRecord } from '../container/container-record.ts'

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never'

/** What a sync of a pod decides by. */
export interface SyncView {
  readonly restartPolicy: RestartPolicy
  /** In the order of the manifest, init containers first. */
  readonly containers: readonly SyncedContainer[]
}

export interface SyncedContainer {
  readonly record: ContainerRecord
  /** The probe that has failed often enough for the container to be killed. */
  readonly failedProbe?: 'liveness' | 'startup'
  /** It runs, and past its startup probe if it has one. */
  readonly isStarted?: boolean
}
