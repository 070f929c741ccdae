import type { Fact, FactOf, ObjectRef } from '../timeline/fact.ts'

/** What the facts so far say of the present: all that the experiment decides on. */
export interface Situation {
  /** By `namespace/name`. */
  readonly deployments: ReadonlyMap<string, FactOf<'deployment-observed'>>
  /** ReplicaSet `namespace/name` to the name of its Deployment. */
  readonly replicaSetOwners: ReadonlyMap<string, string>
  /** Pods that exist, by UID. */
  readonly pods: ReadonlyMap<string, FactOf<'pod-observed'>>
  /** By Service `namespace/name`. */
  readonly endpoints: ReadonlyMap<string, FactOf<'endpoints-observed'>['endpoints']>
  /** What the proxy has in force, by `namespace/name:port` of the Service. */
  readonly programmed: ReadonlyMap<string, FactOf<'proxy-programmed'>['endpoints']>
  /** How a container of the pod ended last, by pod UID. */
  readonly lastExits: ReadonlyMap<string, FactOf<'container-exited'>>
  /** The last warning that says why a pod is not ready, by `namespace/name` of the pod. */
  readonly lastWarnings: ReadonlyMap<string, FactOf<'event'>>
}

export function emptySituation(): Situation {
  return {
    deployments: new Map(),
    replicaSetOwners: new Map(),
    pods: new Map(),
    endpoints: new Map(),
    programmed: new Map(),
    lastExits: new Map(),
    lastWarnings: new Map(),
  }
}

export function withFact(situation: Situation, fact: Fact): Situation {
  switch (fact.kind) {
    case 'deployment-observed':
      return {
        ...situation,
        deployments: withEntry(situation.deployments, refKey(fact.deployment), fact),
      }
    case 'replicaset-observed':
      return fact.deployment === undefined
        ? situation
        : {
            ...situation,
            replicaSetOwners: withEntry(
              situation.replicaSetOwners,
              refKey(fact.replicaSet),
              fact.deployment,
            ),
          }
    case 'pod-observed':
      return { ...situation, pods: withEntry(situation.pods, fact.pod.uid, fact) }
    case 'pod-removed': {
      const pods = new Map(situation.pods)
      pods.delete(fact.pod.uid)
      return { ...situation, pods }
    }
    case 'endpoints-observed':
      return {
        ...situation,
        endpoints: withEntry(situation.endpoints, refKey(fact.service), fact.endpoints),
      }
    case 'proxy-programmed':
      return {
        ...situation,
        programmed: withEntry(
          situation.programmed,
          `${refKey(fact.service)}:${fact.port}`,
          fact.endpoints,
        ),
      }
    case 'container-exited':
      return { ...situation, lastExits: withEntry(situation.lastExits, fact.pod.uid, fact) }
    case 'event':
      return isReason(fact)
        ? {
            ...situation,
            lastWarnings: withEntry(situation.lastWarnings, refKey(fact.object), fact),
          }
        : situation
    default:
      return situation
  }
}

/** Pods of a Deployment, through the ReplicaSets that own them. */
export function podsOf(
  situation: Situation,
  deployment: { readonly namespace: string; readonly name: string },
): readonly FactOf<'pod-observed'>[] {
  return [...situation.pods.values()].filter(
    ({ owner }) =>
      owner?.kind === 'ReplicaSet' &&
      owner.namespace === deployment.namespace &&
      situation.replicaSetOwners.get(refKey(owner)) === deployment.name,
  )
}

/** Kubernetes' DeploymentComplete: all replicas are of the newest template and available. */
export function isComplete(deployment: FactOf<'deployment-observed'> | undefined): boolean {
  return (
    deployment !== undefined &&
    deployment.observed &&
    deployment.updated === deployment.desired &&
    deployment.replicas === deployment.desired &&
    deployment.available === deployment.desired
  )
}

/** A back-off follows from what was told before it. */
function isReason({ type, object, reason }: FactOf<'event'>): boolean {
  return type === 'Warning' && object.kind === 'Pod' && reason !== 'BackOff'
}

function refKey({ namespace, name }: ObjectRef): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}

function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value)
}
