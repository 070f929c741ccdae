import { HitlessError } from '../base/error.ts'
import { formatTimestamp } from '../base/timestamp.ts'
import type { SourcedObject } from '../api/sourced-object.ts'
import type { Deployment } from '../api/workload.ts'
import type { Client } from '../client/client.ts'
import type { Change } from '../manifest/settings.ts'
import type { Clock } from '../world/clock.ts'
import { applyObjects } from './apply.ts'

/** The change under test, ready to be made. */
export interface PlannedChange {
  /** For people: `deployment/websample image websample:v1 → websample:v2`. */
  readonly description: string
  apply(client: Client): Promise<void>
}

/**
 * `manifests` are the objects of `change.manifests`, read beforehand, so that a mistake in them is
 * found before anything runs.
 */
export function planChange(
  change: Change,
  deployment: Deployment,
  manifests: readonly SourcedObject[],
  clock: Clock,
): PlannedChange {
  const { name } = deployment.metadata
  switch (change.kind) {
    case 'restart':
      return {
        description: `deployment/${name} restart`,
        apply: (client) => updateTemplate(client, deployment, (d) => restarted(d, clock)),
      }
    case 'set-image':
      return {
        description: `deployment/${name} image ${describeImages(deployment, change.images)}`,
        apply: (client) => updateTemplate(client, deployment, (d) => withImages(d, change.images)),
      }
    case 'manifests':
      return {
        description: `deployment/${name} by ${manifests.length} changed manifests`,
        apply: (client) => applyObjects(client, manifests),
      }
  }
}

async function updateTemplate(
  client: Client,
  { metadata }: Deployment,
  edit: (deployment: Deployment) => Deployment,
): Promise<void> {
  const current = await client.get('Deployment', {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
  })
  const edited = edit(current)
  const updated = await client.update('Deployment', edited)
  if (updated.metadata.generation === current.metadata.generation)
    throw nothingChanged(metadata.name)
}

/** What `kubectl rollout restart` does. */
function restarted(deployment: Deployment, clock: Clock): Deployment {
  const { template } = deployment.spec
  const annotations = {
    ...template.metadata?.annotations,
    'kubectl.kubernetes.io/restartedAt': formatTimestamp(clock.wallMs()),
  }
  return withTemplate(deployment, { ...template, metadata: { ...template.metadata, annotations } })
}

/** What `kubectl set image` does. */
function withImages(deployment: Deployment, images: Readonly<Record<string, string>>): Deployment {
  const { template } = deployment.spec
  const containers = template.spec.containers.map((container) => {
    const image = images[container.name] ?? images['*']
    return image === undefined ? container : { ...container, image }
  })
  return withTemplate(deployment, { ...template, spec: { ...template.spec, containers } })
}

function withTemplate(
  deployment: Deployment,
  template: Deployment['spec']['template'],
): Deployment {
  return { ...deployment, spec: { ...deployment.spec, template } }
}

function describeImages(deployment: Deployment, images: Readonly<Record<string, string>>): string {
  return deployment.spec.template.spec.containers
    .flatMap((container) => {
      const image = images[container.name] ?? images['*']
      return image === undefined ? [] : [`${container.image ?? '(none)'} → ${image}`]
    })
    .join(', ')
}

function nothingChanged(name: string): HitlessError {
  return new HitlessError(
    'nothing-changed',
    `the change leaves deployment/${name} as it is, so nothing rolls out and nothing can be proven`,
    {
      exitCode: 2,
      hint: 'Name another image in change.setImage, or leave `change` out: a restart.',
    },
  )
}
