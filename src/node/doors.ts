import type { ResourceAmounts } from '../api/scheduling.ts'
import type { Client } from '../client/client.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Recorder } from '../timeline/fact.ts'
import type { Clock } from '../world/clock.ts'
import type { Network } from '../world/network.ts'
import type { UnenforcedLimits } from './container/unenforced-limits.ts'
import type { PodFiles } from './termination-message.ts'
import type { NodeTimings } from './timings.ts'
import type { SourceWatches } from './volumes/source-watches.ts'

/** What the parts of a node act through. */
export interface NodeDoors {
  readonly clock: Clock
  readonly network: Network
  readonly client: Client
  readonly runtime: Runtime
  readonly recorder: Recorder
  readonly timings: NodeTimings
  readonly nodeIP: string
  readonly logDirectory: string
  /** What pods of this node keep in files. Absent: nothing. */
  readonly podFiles?: PodFiles
  /** What pods are told that the node has, where its object does not say it. */
  readonly machine: ResourceAmounts
  /** Range of its pods' addresses. Absent: the runtime's own. */
  readonly podCidr?: string
  /** The cluster's DNS. Absent: there is none, and pods resolve names as the host does. */
  readonly clusterDns?: readonly string[]
  /** Told of limits that the runtime does not enforce. Absent: nobody is. */
  readonly unenforcedLimits?: UnenforcedLimits
  /** Of what volumes show. Absent: it is looked at once a minute. */
  readonly sourceWatches?: SourceWatches
}

/** An event about a pod, or about one of its containers, in the kubelet's words. */
export interface PodEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly container?: string
}
