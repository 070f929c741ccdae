import { locate, type SourcedObject } from '../api/sourced-object.ts'
import type { Finding } from '../base/finding.ts'
import { originOf, type CrossCheckContext } from './cross-check-context.ts'
import { findUnmappedImages } from './image-check.ts'
import { finding } from './new-finding.ts'
import type { Settings } from './settings.ts'
import { ofKind, type Sourced } from './sourced.ts'
import { didYouMean } from './suggestion.ts'
import { checkTarget, selectsPodsOf } from './target-check.ts'

/** What is wrong between objects, or between them and the settings. */
export function checkTogether(
  objects: readonly SourcedObject[],
  settings: Settings,
  context: CrossCheckContext,
): readonly Finding[] {
  const deployments = ofKind(objects, 'Deployment')
  const services = ofKind(objects, 'Service')
  const { changed, findings } = chooseDeployment(deployments, settings, context)
  return [
    ...findings,
    ...checkServices(services, objects, context),
    ...findUnmappedImages(objects, changed, settings, context),
    ...(changed === undefined ? [] : checkReplicas(changed)),
    ...(changed === undefined ? [] : checkTarget(services, changed, settings, context)),
  ]
}

/** Kubernetes allows none; a proof about none would only wait for the first. */
function checkReplicas(changed: Sourced<'Deployment'>): readonly Finding[] {
  const { metadata, spec } = changed.object
  if (spec.replicas !== 0) return []
  return [
    finding(
      'no-replicas',
      'error',
      `deployment/${metadata.name} asks for no pods: nothing to prove`,
      {
        location: locate(changed, '/spec/replicas'),
        hint: 'ask for as many replicas as in production',
      },
    ),
  ]
}

interface Choice {
  readonly changed?: Sourced<'Deployment'>
  readonly findings: readonly Finding[]
}

/** The Deployment that is rolled out: the one that `change` names, or the only one. */
function chooseDeployment(
  deployments: readonly Sourced<'Deployment'>[],
  { change }: Settings,
  context: CrossCheckContext,
): Choice {
  const { isPartial } = context
  const wanted = change.kind === 'manifests' ? undefined : change.deployment
  const names = deployments.map(({ object }) => object.metadata.name)
  if (wanted !== undefined && wanted !== '') {
    const changed = deployments.find(({ object }) => object.metadata.name === wanted)
    if (changed !== undefined) return { changed, findings: [] }
    if (isPartial) return { findings: [] }
    const { name, location } = originOf(context, 'change', ['change.setImage', 'change.restart'])
    const message = `${name} names deployment/${wanted}, which is in none of the manifests`
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
  services: readonly Sourced<'Service'>[],
  objects: readonly SourcedObject[],
  { isPartial }: CrossCheckContext,
): readonly Finding[] {
  if (isPartial) return []
  const templates = [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'ReplicaSet')]
  const hasPods = ofKind(objects, 'Pod').length > 0
  return services.flatMap((sourced) => {
    const service = sourced.object
    const selector = service.spec.selector ?? {}
    if (Object.keys(selector).length === 0 || hasPods) return []
    if (templates.some(({ object }) => selectsPodsOf(service, object))) return []
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
