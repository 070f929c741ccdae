import { HitlessError } from '../base/error.ts'
import type { Service } from '../api/service.ts'
import type { Deployment } from '../api/workload.ts'
import { selectsPodsOf } from '../manifest/target-check.ts'

export interface ServiceTarget {
  readonly namespace: string
  readonly name: string
  readonly port: number
}

/**
 * Where the load goes: the Service named as `service/NAME[:PORT]` (PORT by number or name), or the
 * only one that selects the Deployment's pods. The manifest check has found most mistakes before.
 */
export function resolveTarget(
  wanted: string | undefined,
  deployment: Deployment,
  services: readonly Service[],
): ServiceTarget {
  const candidates = services.filter((service) => selectsPodsOf(service, deployment))
  if (wanted === undefined) {
    const [service, second] = candidates
    if (service === undefined || second !== undefined) {
      const found = candidates.map(({ metadata }) => metadata.name).join(', ')
      throw noTarget(
        service === undefined
          ? `no Service selects the pods of deployment/${deployment.metadata.name}`
          : `several Services select the pods of deployment/${deployment.metadata.name}: ${found}`,
      )
    }
    return targetOf(service, undefined)
  }
  const [, name, port] = /^service\/([^:]+)(?::(.+))?$/.exec(wanted) ?? []
  const service = services.find(({ metadata }) => metadata.name === name)
  if (service === undefined) throw noTarget(`there is no Service for load.target ${wanted}`)
  return targetOf(service, port)
}

function targetOf({ metadata, spec }: Service, wantedPort: string | undefined): ServiceTarget {
  const ports = spec.ports ?? []
  const port =
    wantedPort === undefined
      ? ports[0]
      : ports.find(({ name, port }) => name === wantedPort || String(port) === wantedPort)
  if (port === undefined) {
    throw noTarget(`service/${metadata.name} has no port ${wantedPort ?? 'at all'}`)
  }
  return { namespace: metadata.namespace ?? 'default', name: metadata.name, port: port.port }
}

function noTarget(message: string): HitlessError {
  return new HitlessError('no-target-service', message, {
    exitCode: 2,
    hint: 'Name one with `load: { target: service/NAME }` in hitless.yaml or --target service/NAME.',
  })
}
