import type { KindDefinition } from './kind-definition.ts'
import { CONFIG_MAP } from './kinds/config-map.ts'
import { DEPLOYMENT } from './kinds/deployment.ts'
import { ENDPOINT_SLICE } from './kinds/endpoint-slice.ts'
import { ENDPOINTS } from './kinds/endpoints.ts'
import { EVENT } from './kinds/event.ts'
import { INGRESS_CLASS } from './kinds/ingress-class.ts'
import { INGRESS } from './kinds/ingress.ts'
import { LEASE } from './kinds/lease.ts'
import { NAMESPACE } from './kinds/namespace.ts'
import { NODE } from './kinds/node.ts'
import { POD_DISRUPTION_BUDGET } from './kinds/pod-disruption-budget.ts'
import { POD } from './kinds/pod.ts'
import { REPLICA_SET } from './kinds/replica-set.ts'
import { SECRET } from './kinds/secret.ts'
import { SERVICE_ACCOUNT } from './kinds/service-account.ts'
import { SERVICE } from './kinds/service.ts'
import type { ApiObject } from './meta.ts'

/** Each kind that the engine serves. A new one is a file in `kinds/`, and a line here. */
const DEFINITIONS = {
  Namespace: NAMESPACE,
  Node: NODE,
  Pod: POD,
  Service: SERVICE,
  Endpoints: ENDPOINTS,
  EndpointSlice: ENDPOINT_SLICE,
  ConfigMap: CONFIG_MAP,
  Secret: SECRET,
  ServiceAccount: SERVICE_ACCOUNT,
  Event: EVENT,
  Lease: LEASE,
  Deployment: DEPLOYMENT,
  ReplicaSet: REPLICA_SET,
  PodDisruptionBudget: POD_DISRUPTION_BUDGET,
  Ingress: INGRESS,
  IngressClass: INGRESS_CLASS,
}

export type Kind = keyof typeof DEFINITIONS
export type ObjectOf<K extends Kind> = DefinedBy<(typeof DEFINITIONS)[K]>
type DefinedBy<D> = D extends KindDefinition<infer O> ? O : never

export const KINDS: { readonly [K in Kind]: KindDefinition & { readonly kind: K } } = DEFINITIONS

/** The definition of an object's kind; undefined for one that the engine does not serve, or not in this version. */
export function definitionOf({ apiVersion, kind }: ApiObject): KindDefinition | undefined {
  if (!isKindName(kind)) return undefined
  const definition = KINDS[kind]
  return definition.apiVersion === apiVersion ? definition : undefined
}

/** Narrows an object to one kind that the engine serves; a custom resource of the same name is another kind. */
export function isKind<K extends Kind>(object: ApiObject, kind: K): object is ObjectOf<K> {
  return object.kind === kind && object.apiVersion === KINDS[kind].apiVersion
}

/** The names of all kinds that are served. */
export function kindNames(): readonly Kind[] {
  return Object.keys(KINDS).filter((name) => isKindName(name))
}

export function isKindName(name: string): name is Kind {
  return Object.hasOwn(KINDS, name)
}

/**
 * The object in the version in which its kind is stored; undefined for a kind, or a version of it, that is not
 * served.
 */
export function inStoredVersion(object: ApiObject): ApiObject | undefined {
  if (!isKindName(object.kind)) return undefined
  const { apiVersion, otherVersions } = KINDS[object.kind]
  if (object.apiVersion === apiVersion) return object
  const other = otherVersions.find((version) => version.apiVersion === object.apiVersion)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a conversion keeps the metadata and names the kind
  return other?.toStorage({ ...object }) as ApiObject | undefined
}
