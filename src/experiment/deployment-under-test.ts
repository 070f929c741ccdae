import { HitlessError } from '../base/error.ts'
import type { SourcedObject } from '../api/sourced-object.ts'
import { isKind } from '../api/kinds.ts'
import type { Deployment } from '../api/workload.ts'
import type { Change } from '../manifest/settings.ts'

/**
 * The Deployment that the change names; without a name the only one, or, of a change by manifests,
 * the only one whose spec they change. Throws HitlessError (exit code 2) when it is not one.
 */
export function deploymentUnderTest(
  change: Change,
  objects: readonly SourcedObject[],
  changedObjects: readonly SourcedObject[],
): Deployment {
  const deployments = deploymentsOf(objects)
  const candidates =
    change.kind === 'manifests'
      ? deployments.filter((deployment) => isChanged(deployment, deploymentsOf(changedObjects)))
      : deployments.filter(({ metadata }) => isNamed(metadata.name, change.deployment))
  const [deployment, second] = candidates
  if (deployment === undefined) throw noneFound(change, deployments)
  if (second === undefined || change.kind !== 'manifests') return deployment
  const names = candidates.map(({ metadata }) => metadata.name).join(', ')
  throw new HitlessError('ambiguous-deployment', `the change rolls out several: ${names}`, {
    exitCode: 2,
    hint: 'Prove one rollout at a time: leave the other Deployments out of change.manifests.',
  })
}

function deploymentsOf(objects: readonly SourcedObject[]): Deployment[] {
  return objects.map(({ object }) => object).filter((object) => isKind(object, 'Deployment'))
}

function isNamed(name: string, wanted: string | undefined): boolean {
  return wanted === undefined || wanted === '' || name === wanted
}

/** Both have been read by the same code, so that equal specs are written alike. */
function isChanged({ metadata, spec }: Deployment, changed: readonly Deployment[]): boolean {
  const after = changed.find(
    (other) =>
      other.metadata.name === metadata.name && other.metadata.namespace === metadata.namespace,
  )
  return after !== undefined && JSON.stringify(after.spec) !== JSON.stringify(spec)
}

function noneFound(change: Change, deployments: readonly Deployment[]): HitlessError {
  const names = deployments.map(({ metadata }) => metadata.name).join(', ') || 'none'
  if (change.kind === 'manifests') {
    return new HitlessError(
      'nothing-changed',
      'the manifests of the change leave every Deployment as it is, so nothing would roll out',
      { exitCode: 2, hint: `The Deployments before the change are: ${names}.` },
    )
  }
  return new HitlessError(
    'no-deployment',
    `there is no deployment/${change.deployment ?? ''} to change`,
    { exitCode: 2, hint: `The manifests have: ${names}.` },
  )
}
