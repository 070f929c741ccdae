import type { ContainerRole } from '../container/container-record.ts'

export interface OrderedContainer {
  readonly name: string
  readonly role: ContainerRole
}

/**
 * The containers that have to end before a sidecar is signalled: all app containers, and the sidecar that comes
 * after it, so that sidecars end in the reverse of their order. Nothing else waits (KEP-753).
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#pod-sidecar-containers
 */
export function endsBefore(
  name: string,
  containers: readonly OrderedContainer[],
): readonly string[] {
  const sidecars = containers.filter(({ role }) => role === 'sidecar')
  const index = sidecars.findIndex((sidecar) => sidecar.name === name)
  if (index === -1) return []
  const apps = containers.filter(({ role }) => role === 'app')
  const next = sidecars[index + 1]
  return [...apps, ...(next === undefined ? [] : [next])].map((container) => container.name)
}
