import type { Pod } from '../../api/pod.ts'
import type { PodRef } from '../../timeline/fact.ts'
import { sleep } from '../../world/clock.ts'
import { podHostname } from './pod-hostname.ts'
import type { NodeDoors, PodEvent } from '../doors.ts'

export interface SandboxedPod {
  readonly ref: PodRef
  readonly pod: () => Pod
  readonly emit: (event: PodEvent) => void
  /** From then on no sandbox is wanted any more. */
  readonly terminating: AbortSignal
}

/** Makes a pod's sandbox, however often it takes: its address; undefined when the pod ended first. */
export async function makeSandbox(
  { runtime, clock, timings, podCidr }: NodeDoors,
  { ref, pod, emit, terminating }: SandboxedPod,
): Promise<string | undefined> {
  const { uid: id, namespace, name } = ref
  while (!terminating.aborted) {
    const shareProcessNamespace = pod().spec.shareProcessNamespace === true
    try {
      const hostname = podHostname(pod())
      const ports = namedPorts(pod())
      const own = { id, namespace, name, hostname, ports, shareProcessNamespace }
      const config = podCidr === undefined ? own : { ...own, podCidr }
      return (await runtime.createSandbox(config)).ip
    } catch (error) {
      const message = `Failed to create pod sandbox: ${error instanceof Error ? error.message : String(error)}`
      emit({ type: 'Warning', reason: 'FailedCreatePodSandBox', message })
      await sleep(clock, timings.retryMs, terminating)
    }
  }
  return undefined
}

function namedPorts({ spec }: Pod): readonly number[] {
  const ports = [...(spec.initContainers ?? []), ...spec.containers].flatMap(
    (container) => container.ports ?? [],
  )
  return ports
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .map(({ containerPort }) => containerPort)
}
