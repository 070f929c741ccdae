import type { Container, ContainerWorld } from './container.ts'
import { PauseProcess } from './pause-process.ts'
import type { PodRecord } from './records.ts'

export interface Pod {
  readonly netns: string
  readonly hostname: string
  readonly address: number
  /** Settles when its network is made, or could not be. */
  readonly created: Promise<void>
  /** Set for a pod whose containers share their processes. */
  readonly pause: PauseProcess | undefined
  readonly containers: Set<Container>
  /** An earlier run has made it, and was perhaps about to remove it. */
  readonly isAdopted?: boolean
}

export function netnsOf(number: number): string {
  return `pod${number}`
}

/** One that an earlier run has made, without its containers. */
export function followPod(world: ContainerWorld, record: PodRecord): Pod {
  const { config, number, address } = record
  const netns = netnsOf(number)
  const pause = record.pause && new PauseProcess(world, netns)
  if (record.pause !== undefined) pause?.follow(record.pause)
  const { hostname } = config
  const made = { created: Promise.resolve(), containers: new Set<Container>(), isAdopted: true }
  return { netns, hostname, address, pause, ...made }
}
