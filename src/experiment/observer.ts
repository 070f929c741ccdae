import type { Event } from '../api/core.ts'
import type { ApiObject } from '../api/meta.ts'
import { controllerOf } from '../api/meta.ts'
import { isPodReady, type Pod } from '../api/pod.ts'
import { type EndpointSlice, SERVICE_NAME_LABEL } from '../api/service.ts'
import type { Deployment, ReplicaSet } from '../api/workload.ts'
import { compareTexts } from '../base/compare-texts.ts'
import type { Client } from '../client/client.ts'
import { newInformer } from '../client/informer.ts'
import type { Kind, ObjectOf } from '../api/kinds.ts'
import type { FactBody, ObjectRef, Recorder } from '../timeline/fact.ts'
import type { Clock } from '../world/clock.ts'

/**
 * Watches the API and records what it shows, stamped with the watch's arrival: API times have a
 * resolution of one second, which is too coarse to order a deletion and a request.
 */
export async function observeCluster(
  client: Client,
  clock: Clock,
  recorder: Recorder,
): Promise<{ stop(): void }> {
  const watchKind = async <K extends Kind>(
    kind: K,
    describe: (
      current: ObjectOf<K> | undefined,
      previous: ObjectOf<K> | undefined,
    ) => FactBody | undefined,
  ) => {
    const informer = newInformer(client, clock, kind)
    const last = new Map<string, string>()
    informer.onChange(({ key, current, previous }) => {
      const fact = describe(current, previous)
      if (fact === undefined) return
      // Only what the fact shows counts: an update of anything else is no news.
      const text = JSON.stringify(fact)
      if (last.get(key) === text) return
      if (current === undefined) last.delete(key)
      else last.set(key, text)
      recorder.record(fact)
    })
    await informer.start()
    return () => informer.stop()
  }
  const slices = new Map<string, EndpointSlice>()
  const stops = [
    await watchKind('Deployment', (current) => current && deploymentFact(current)),
    await watchKind('ReplicaSet', (current) => current && replicaSetFact(current)),
    await watchKind('Pod', (current, previous) =>
      current === undefined ? previous && removedFact(previous) : podFact(current),
    ),
    await watchKind('EndpointSlice', (current, previous) =>
      endpointsFact(slices, current, previous),
    ),
    await watchKind('Event', (current) => current && eventFact(current)),
  ]
  return { stop: () => stops.forEach((stop) => stop()) }
}

function deploymentFact(deployment: Deployment): FactBody {
  const { metadata, spec, status } = deployment
  const progress = status?.conditions?.find(({ type }) => type === 'Progressing')?.reason
  return {
    kind: 'deployment-observed',
    deployment: refOf(deployment),
    strategy: spec.strategy?.type ?? 'RollingUpdate',
    observed: (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1),
    desired: spec.replicas ?? 1,
    replicas: status?.replicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    ...(progress === undefined ? {} : { progress }),
  }
}

function replicaSetFact(replicaSet: ReplicaSet): FactBody {
  const owner = controllerOf(replicaSet)
  return {
    kind: 'replicaset-observed',
    replicaSet: refOf(replicaSet),
    ...(owner === undefined ? {} : { deployment: owner.name }),
    desired: replicaSet.spec.replicas ?? 1,
    ready: replicaSet.status?.readyReplicas ?? 0,
    images: imagesOf(replicaSet.spec.template?.spec.containers ?? []),
  }
}

function podFact(pod: Pod): FactBody {
  const { metadata, status } = pod
  const owner = controllerOf(pod)
  const statuses = status?.containerStatuses ?? []
  const waiting = statuses.find(({ state }) => state.waiting?.reason !== undefined)?.state.waiting
  return {
    kind: 'pod-observed',
    pod: podRef(pod),
    ...(owner === undefined
      ? {}
      : { owner: { kind: owner.kind, name: owner.name, ...namespaceOf(pod) } }),
    images: imagesOf(pod.spec.containers),
    phase: status?.phase ?? 'Pending',
    ready: isPodReady(pod),
    ...(status?.podIP === undefined ? {} : { ip: status.podIP }),
    ...(metadata.deletionTimestamp === undefined
      ? {}
      : { terminating: { gracePeriodSeconds: metadata.deletionGracePeriodSeconds ?? 0 } }),
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(waiting?.reason === undefined ? {} : { waiting: waiting.reason }),
  }
}

function removedFact(pod: Pod): FactBody {
  return { kind: 'pod-removed', pod: podRef(pod) }
}

/** The endpoints of the whole Service, which may be spread over several slices. */
function endpointsFact(
  slices: Map<string, EndpointSlice>,
  current: EndpointSlice | undefined,
  previous: EndpointSlice | undefined,
): FactBody | undefined {
  const changed = current ?? previous
  const service = changed?.metadata.labels?.[SERVICE_NAME_LABEL]
  if (changed === undefined || service === undefined) return undefined
  const { namespace = 'default', name } = changed.metadata
  if (current === undefined) slices.delete(`${namespace}/${name}`)
  else slices.set(`${namespace}/${name}`, current)
  const endpoints = [...slices.values()]
    .filter(
      ({ metadata }) =>
        metadata.namespace === namespace && metadata.labels?.[SERVICE_NAME_LABEL] === service,
    )
    .flatMap((slice) =>
      (slice.ports ?? []).flatMap(({ port }) =>
        slice.endpoints.flatMap((endpoint) =>
          endpoint.addresses.map((ip) => ({
            ip,
            port: port ?? 0,
            ...(endpoint.targetRef === undefined ? {} : { pod: endpoint.targetRef.name }),
            ready: endpoint.conditions?.ready ?? true,
            serving: endpoint.conditions?.serving ?? true,
            terminating: endpoint.conditions?.terminating ?? false,
          })),
        ),
      ),
    )
    .sort((a, b) => compareTexts(a.ip, b.ip) || a.port - b.port)
  return {
    kind: 'endpoints-observed',
    service: { kind: 'Service', namespace, name: service },
    endpoints,
  }
}

function eventFact(event: Event): FactBody {
  const { kind, namespace, name } = event.involvedObject
  return {
    kind: 'event',
    type: event.type,
    reason: event.reason,
    object: { kind, ...(namespace === undefined ? {} : { namespace }), name },
    message: event.message,
  }
}

function refOf(object: ApiObject): ObjectRef {
  return { kind: object.kind, ...namespaceOf(object), name: object.metadata.name }
}

function podRef({ metadata }: Pod) {
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    uid: metadata.uid ?? '',
  }
}

function namespaceOf({ metadata }: ApiObject) {
  return metadata.namespace === undefined ? {} : { namespace: metadata.namespace }
}

function imagesOf(containers: readonly { readonly image?: string }[]): string[] {
  return containers.flatMap(({ image }) => (image === undefined ? [] : [image]))
}
