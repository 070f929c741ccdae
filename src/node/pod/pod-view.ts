import type { Pod } from '../../api/pod.ts'
import type { ContainerRecord } from '../container/container-record.ts'

/** A pod of this node, as those see it who want its logs, commands and ports. */
export interface PodView {
  readonly pod: Pod
  readonly podIP: string | undefined
  container(name: string): ContainerView | undefined
}

export interface ContainerView {
  /** As the API shows it. */
  readonly record: ContainerRecord
  /** The id of its process; undefined while none runs. */
  readonly runningId: string | undefined
}
