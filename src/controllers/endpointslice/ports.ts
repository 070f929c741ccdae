import type { Container, Pod } from '../../api/pod.ts'
import type { EndpointPort, Service, ServicePort } from '../../api/service.ts'

/**
 * The ports of a Service as this pod has them. A named target port is looked up in the pod, so pods of one
 * Service may differ; a name that the pod does not have gives no port.
 * https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
 */
export function resolvePorts(service: Service, pod: Pod): readonly EndpointPort[] {
  const ports: EndpointPort[] = []
  for (const servicePort of service.spec.ports ?? []) {
    const port = resolveTargetPort(servicePort, pod)
    if (port === undefined) continue
    const { name = '', protocol = 'TCP', appProtocol } = servicePort
    ports.push({ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) })
  }
  return ports
}

/** Name and protocol must both match, in the containers first and then in the sidecars (FindPort). */
function resolveTargetPort(
  { targetPort, port, protocol = 'TCP' }: ServicePort,
  { spec }: Pod,
): number | undefined {
  if (targetPort === undefined || targetPort === 0 || targetPort === '') return port
  if (typeof targetPort === 'number') return targetPort
  const sidecars = (spec.initContainers ?? []).filter(isSidecar)
  for (const container of [...spec.containers, ...sidecars]) {
    const found = container.ports?.find(
      (one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol,
    )
    if (found !== undefined) return found.containerPort
  }
  return undefined
}

function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === 'Always'
}
