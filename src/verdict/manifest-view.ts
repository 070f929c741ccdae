import type { Location } from '../base/finding.ts'
import { isKind } from '../api/kinds.ts'
import type { Container, LifecycleHandler } from '../api/pod.ts'
import { locate } from '../api/sourced-object.ts'
import type { Deployment } from '../api/workload.ts'
import type { RunDescription } from './recording.ts'

/** The changed Deployment as its files have it, with the places of its fields. */
export interface ManifestView {
  readonly deployment: Deployment | undefined
  /** The container that serves `port`: the one that declares it, else the first. */
  servingContainer(port: number | undefined): ServingContainer | undefined
  /** The place of a field, or of the nearest thing around it. */
  place(pointer: string): Location | undefined
}

export interface ServingContainer {
  readonly container: Container
  /** JSON pointer into the Deployment. */
  readonly pointer: string
}

/** Kubernetes' default of terminationGracePeriodSeconds. */
const DEFAULT_GRACE_SECONDS = 30

const POD_SPEC_POINTER = '/spec/template/spec'

export function manifestViewOf({ deployment, objects }: RunDescription): ManifestView {
  const sourced = objects.find(
    ({ object: { kind, metadata } }) =>
      kind === 'Deployment' &&
      metadata.name === deployment.name &&
      (metadata.namespace ?? 'default') === deployment.namespace,
  )
  const object =
    sourced !== undefined && isKind(sourced.object, 'Deployment') ? sourced.object : undefined
  return {
    deployment: object,
    servingContainer(port) {
      const containers = object?.spec.template.spec.containers ?? []
      const declaring = containers.findIndex(({ ports }) =>
        ports?.some(({ containerPort }) => containerPort === port),
      )
      const index = Math.max(0, declaring)
      const container = containers[index]
      if (container === undefined) return undefined
      return { container, pointer: `${POD_SPEC_POINTER}/containers/${index}` }
    },
    place: (pointer) => (sourced === undefined ? undefined : locate(sourced, pointer)),
  }
}

export const GRACE_POINTER = `${POD_SPEC_POINTER}/terminationGracePeriodSeconds`

/** Seconds of the manifest's grace period, the default filled in. */
export function graceSecondsOf({ deployment }: ManifestView): number {
  return deployment?.spec.template.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS
}

export function preStopOf({ container }: ServingContainer): LifecycleHandler | undefined {
  return container.lifecycle?.preStop
}
