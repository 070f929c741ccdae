import type { SourcedObject } from '../api/sourced-object.ts'
import type { Deployment } from '../api/workload.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { StartLoad } from '../load/plan.ts'
import type { Input } from '../manifest/input.ts'
import type { Recorder } from '../timeline/fact.ts'
import type { RunDescription } from '../verdict/recording.ts'
import type { Clock } from '../world/clock.ts'
import type { LoadTls } from './load-plan.ts'
import type { PlannedChange } from './change.ts'
import type { Progress } from './progress.ts'
import type { RecordingWriter } from './recording-files.ts'
import type { ServiceTarget } from './target.ts'

export interface ExperimentOptions {
  /** Without errors among its findings. */
  readonly input: Input
  /** The Deployment under test, one of the input's objects. */
  readonly deployment: Deployment
  /** The objects of `change.manifests`, where that is the change. */
  readonly changedObjects: readonly SourcedObject[]
  readonly clock: Clock
  readonly startCluster: (recorder: Recorder) => Promise<Cluster>
  readonly startLoad: StartLoad
  /** Present: the target speaks TLS. Without a name it is called by that of its Service. */
  readonly loadTls?: LoadTls
  /** Short, and another in each run: part of what each request says of itself. */
  readonly runId: string
  /** For people and the recording: `embedded · pods in Linux namespaces (rootless)`. */
  readonly engine: string
  /** The traffic path: the propagation profile and what moves the bytes. */
  readonly path: RunDescription['path']
  /** Absent: nothing is written, the recording is only returned. */
  readonly writer?: RecordingWriter
  readonly hitlessVersion: string
  readonly onProgress: (progress: Progress) => void
  /** Interrupts the run: it is stopped in order and recorded as far as it came. */
  readonly signal: AbortSignal
}

export interface ExperimentPlan {
  readonly change: PlannedChange
  readonly target: ServiceTarget
}
