import { labelsMatch } from '../api/selector.ts'
import type { Service } from '../api/service.ts'
import { locate } from '../api/sourced-object.ts'
import type { Deployment, ReplicaSet } from '../api/workload.ts'
import type { Finding } from '../base/finding.ts'
import { originOf, type CrossCheckContext } from './cross-check-context.ts'
import { finding } from './new-finding.ts'
import type { Settings } from './settings.ts'
import type { Sourced } from './sourced.ts'
import { didYouMean } from './suggestion.ts'

/** Whether the load has one Service, and one port of it, to go to. */
export function checkTarget(
  services: readonly Sourced<'Service'>[],
  changed: Sourced<'Deployment'>,
  { load }: Settings,
  context: CrossCheckContext,
): readonly Finding[] {
  const wanted = load.target
  if (wanted === undefined) return checkOnlyTarget(services, changed, context)
  const [, name = wanted, port] = /^service\/([^:]+)(?::(.+))?$/.exec(wanted) ?? []
  const target = services.find(({ object }) => object.metadata.name === name)
  const origin = originOf(context, 'load.target')
  if (target !== undefined) return checkPort(target, changed, port, context)
  if (context.isPartial) return []
  const names = services.map(({ object }) => object.metadata.name)
  const message = `${origin.name} names service/${name}, which is in none of the manifests`
  const hint =
    didYouMean(name, names) ?? (names.length === 0 ? undefined : `there are ${names.join(', ')}`)
  return [finding('unknown-target-service', 'error', message, { location: origin.location, hint })]
}

function checkOnlyTarget(
  services: readonly Sourced<'Service'>[],
  changed: Sourced<'Deployment'>,
  context: CrossCheckContext,
): readonly Finding[] {
  const deployment = changed.object
  const { name } = deployment.metadata
  const fitting = services.filter(({ object }) => selectsPodsOf(object, deployment))
  const [target, second] = fitting
  if (target === undefined) {
    if (context.isPartial) return []
    const labels = Object.entries(deployment.spec.template.metadata?.labels ?? {})
    const selector = labels.map(([key, value]) => `${key}: ${value}`).join(', ')
    return [
      finding(
        'no-target-service',
        'error',
        `no Service selects the pods of deployment/${name}, so the load has nowhere to go`,
        {
          location: locate(changed, '/metadata/name'),
          hint: `add a Service with selector: { ${selector} }`,
        },
      ),
    ]
  }
  if (second === undefined) return checkPort(target, changed, undefined, context)
  const names = fitting.map(({ object }) => object.metadata.name)
  return [
    finding(
      'ambiguous-target-service',
      'error',
      `${names.length} Services (${names.join(', ')}) select the pods of deployment/${name}`,
      {
        location: locate(second, '/metadata/name'),
        hint: `write load: { target: service/${names[0]} } in hitless.yaml`,
      },
    ),
  ]
}

function checkPort(
  target: Sourced<'Service'>,
  changed: Sourced<'Deployment'>,
  wanted: string | undefined,
  context: CrossCheckContext,
): readonly Finding[] {
  const { metadata, spec } = target.object
  const subject = `service/${metadata.name}`
  if (spec.clusterIP === 'None' || spec.type === 'ExternalName') {
    const what = spec.clusterIP === 'None' ? 'is headless' : 'is only a name'
    return [
      finding(
        'no-target-service',
        'error',
        `${subject} ${what}: it has no address to send the load to`,
        {
          location: locate(target, '/spec/clusterIP'),
          hint: 'aim at a Service with a cluster IP',
        },
      ),
    ]
  }
  const ports = (spec.ports ?? []).map(({ name, port }) => name ?? String(port))
  if (wanted === undefined) {
    const unnamed = checkTargetPort(target, changed, 0)
    if (ports.length < 2) return unnamed
    return [
      ...unnamed,
      finding(
        'ambiguous-target-port',
        'note',
        `${subject} has ${ports.length} ports; the load goes to the first, ${ports[0]}`,
        {
          location: locate(target, '/spec/ports'),
          hint: `write load: { target: ${subject}:${ports[1]} } in hitless.yaml for another`,
        },
      ),
    ]
  }
  const index = (spec.ports ?? []).findIndex(
    ({ name, port }) => name === wanted || String(port) === wanted,
  )
  if (index >= 0) return checkTargetPort(target, changed, index)
  const hint = didYouMean(wanted, ports) ?? `there are ${ports.join(', ')}`
  const { name, location } = originOf(context, 'load.target')
  return [
    finding('unknown-target-port', 'error', `${name}: ${subject} has no port ${wanted}`, {
      location,
      hint,
    }),
  ]
}

/** A port by name that no container has makes no endpoint: the run would wait for one until its timeout. */
function checkTargetPort(
  target: Sourced<'Service'>,
  changed: Sourced<'Deployment'>,
  index: number,
): readonly Finding[] {
  const { metadata, spec } = target.object
  const targetPort = spec.ports?.[index]?.targetPort
  if (typeof targetPort !== 'string' || !selectsPodsOf(target.object, changed.object)) return []
  const { containers, initContainers = [] } = changed.object.spec.template.spec
  const named = [...containers, ...initContainers].flatMap(({ ports = [] }) =>
    ports.flatMap(({ name }) => (name === undefined ? [] : [name])),
  )
  if (named.includes(targetPort)) return []
  const message = `service/${metadata.name} sends to the port "${targetPort}", and no container of deployment/${changed.object.metadata.name} names a port so`
  return [
    finding('target-port-without-container', 'error', message, {
      location: locate(target, `/spec/ports/${index}/targetPort`),
      hint:
        didYouMean(targetPort, named) ??
        `add it to a container: ports: [{ name: ${targetPort}, containerPort: … }], or write its number`,
    }),
  ]
}

/** The Service sends what it gets to pods of this template. */
export function selectsPodsOf(
  { metadata, spec }: Service,
  workload: Deployment | ReplicaSet,
): boolean {
  const { selector = {} } = spec
  return (
    metadata.namespace === workload.metadata.namespace &&
    Object.keys(selector).length > 0 &&
    labelsMatch(selector, workload.spec.template?.metadata?.labels)
  )
}
