import type { Service } from '../api/service.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import type { Finding, Location } from '../base/finding.ts'
import type { Deployment } from '../api/workload.ts'
import { findUnmappedImages } from './image-check.ts'
import { finding } from './new-finding.ts'
import type { Settings } from './settings.ts'
import { didYouMean } from './suggestion.ts'
import { checkTarget, selectsPodsOf } from './target-check.ts'

export interface CrossCheckContext {
  /** Something could not be read, so nothing is said to be missing. */
  readonly isPartial: boolean
  /** Of the keys in hitless.yaml, by their dotted names. */
  readonly locations: Readonly<Record<string, Location>>
}

/** What is wrong between objects, or between them and the settings. */
export function checkTogether(
  objects: readonly SourcedObject[],
  settings: Settings,
  context: CrossCheckContext,
): readonly Finding[] {
  const deployments = objects.filter(({ object }) => object.kind === 'Deployment')
  const services = objects.filter(({ object }) => object.kind === 'Service')
  const { changed, findings } = chooseDeployment(deployments, settings, context)
  return [
    ...findings,
    ...checkServices(services, objects, context),
    ...findUnmappedImages(objects, changed, settings, context),
    ...(changed === undefined ? [] : checkTarget(services, changed, settings, context)),
  ]
}

interface Choice {
  readonly changed?: SourcedObject
  readonly findings: readonly Finding[]
}

/** The Deployment that is rolled out: the one that `change` names, or the only one. */
function chooseDeployment(
  deployments: readonly SourcedObject[],
  { change }: Settings,
  { isPartial, locations }: CrossCheckContext,
): Choice {
  const wanted = change.kind === 'manifests' ? undefined : change.deployment
  const names = deployments.map(({ object }) => object.metadata.name)
  if (wanted !== undefined && wanted !== '') {
    const changed = deployments.find(({ object }) => object.metadata.name === wanted)
    if (changed !== undefined) return { changed, findings: [] }
    if (isPartial) return { findings: [] }
    const location = locations['change.setImage'] ?? locations['change.restart']
    const message = `change names deployment/${wanted}, which is in none of the manifests`
    const hint =
      didYouMean(wanted, names) ??
      (names.length === 0 ? undefined : `there are ${names.join(', ')}`)
    return { findings: [finding('unknown-deployment', 'error', message, { location, hint })] }
  }
  const [changed, second] = deployments
  if (changed === undefined) {
    if (isPartial) return { findings: [] }
    const message = 'there is no Deployment in the manifests, so there is nothing to roll out'
    return { findings: [finding('no-deployment', 'error', message)] }
  }
  if (second === undefined || change.kind === 'manifests') return { changed, findings: [] }
  const message = `there are ${names.length} Deployments (${names.join(', ')}), and nothing says which to roll out`
  const hint = `write change: { restart: deployment/${names[0]} } in hitless.yaml`
  return {
    findings: [
      finding('ambiguous-deployment', 'error', message, {
        location: locate(second, '/metadata/name'),
        hint,
      }),
    ],
  }
}

/** A Service without a selector has its endpoints from elsewhere; that is fine. */
function checkServices(
  services: readonly SourcedObject[],
  objects: readonly SourcedObject[],
  { isPartial }: CrossCheckContext,
): readonly Finding[] {
  if (isPartial) return []
  const workloads = objects.filter(({ object }) =>
    ['Deployment', 'ReplicaSet'].includes(object.kind),
  )
  const pods = objects.some(({ object }) => object.kind === 'Pod')
  return services.flatMap((sourced) => {
    const service = sourced.object as Service
    const selector = service.spec.selector ?? {}
    if (Object.keys(selector).length === 0 || pods) return []
    if (workloads.some(({ object }) => selectsPodsOf(service, object as Deployment))) return []
    const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`)
    const message = `Service "${service.metadata.name}" selects ${labels.join(',')}, and no pod template in its namespace has these labels`
    return [
      finding('service-selects-nothing', 'warning', message, {
        location: locate(sourced, '/spec/selector'),
        hint: 'make its selector a part of spec.template.metadata.labels of the Deployment',
      }),
    ]
  })
}
