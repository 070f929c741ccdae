import type { ConfigMap, Event, Namespace, Node } from './core.ts'
import type { ApiObject } from './meta.ts'
import type { Pod } from './pod.ts'
import type { EndpointSlice, Service } from './service.ts'
import type { Deployment, ReplicaSet } from './workload.ts'

/** The kinds that the engine serves, with their types. */
export interface KindMap {
  readonly Namespace: Namespace
  readonly Node: Node
  readonly Pod: Pod
  readonly Service: Service
  readonly EndpointSlice: EndpointSlice
  readonly ConfigMap: ConfigMap
  readonly Event: Event
  readonly Deployment: Deployment
  readonly ReplicaSet: ReplicaSet
}

export type Kind = keyof KindMap
export type ObjectOf<K extends Kind> = KindMap[K]

export interface KindFacts {
  readonly apiVersion: string
  /** The name in URLs and messages: `deployments`. */
  readonly plural: string
  readonly namespaced: boolean
}

export const KINDS: { readonly [K in Kind]: KindFacts } = {
  Namespace: { apiVersion: 'v1', plural: 'namespaces', namespaced: false },
  Node: { apiVersion: 'v1', plural: 'nodes', namespaced: false },
  Pod: { apiVersion: 'v1', plural: 'pods', namespaced: true },
  Service: { apiVersion: 'v1', plural: 'services', namespaced: true },
  EndpointSlice: { apiVersion: 'discovery.k8s.io/v1', plural: 'endpointslices', namespaced: true },
  ConfigMap: { apiVersion: 'v1', plural: 'configmaps', namespaced: true },
  Event: { apiVersion: 'v1', plural: 'events', namespaced: true },
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments', namespaced: true },
  ReplicaSet: { apiVersion: 'apps/v1', plural: 'replicasets', namespaced: true },
}

/** Narrows an object to one kind that the engine serves; a custom resource of the same name is another kind. */
export function isKind<K extends Kind>(object: ApiObject, kind: K): object is ObjectOf<K> {
  return object.kind === kind && object.apiVersion === KINDS[kind].apiVersion
}
