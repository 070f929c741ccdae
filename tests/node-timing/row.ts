import type { Container, PodSpec, Probe } from '../../src/api/pod.ts'
import { type Behaviour, PORT } from './behaviour.ts'

/** One life of a pod, and when each thing happens in it: worked out by hand from the rule. */
export interface TimingRow {
  readonly name: string
  /** What Kubernetes says, from which the times follow. */
  readonly rule: string
  /** By container. One that has no entry in `initContainers` is an app container. */
  readonly programs: Readonly<Record<string, Behaviour>>
  readonly container?: Partial<Container>
  readonly initContainers?: readonly Container[]
  readonly spec?: Partial<PodSpec>
  readonly deletedAtMs?: number
  readonly untilMs: number
  /** Milliseconds and event; what happens at the same moment is in the order of its text. */
  readonly expected: readonly string[]
  /** Run for real too. */
  readonly isLive?: true
}

export const http = (path: string, probe: Probe = {}): Probe => ({
  httpGet: { path, port: PORT },
  ...probe,
})
/** Nobody listens there. */
export const refused = (probe: Probe): Probe => ({ tcpSocket: { port: 9_999 }, ...probe })
export const pause = (seconds: number) => ({ sleep: { seconds } })
export const command = (...words: readonly string[]) => ({ exec: { command: words } })
export const init = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  image: name,
  ...more,
})

export const STARTS = '0 app starts'
/** The end of a pod whose last process ends like this. */
export const over = (atMs: number, phase: 'Succeeded' | 'Failed') => [
  `${atMs} gone`,
  `${atMs} phase ${phase}`,
  `${atMs} unready`,
]
