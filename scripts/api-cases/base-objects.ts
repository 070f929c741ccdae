/** Small valid objects of each kind, and a way to change one value in a copy. */
import type { ApiObject } from '../../src/api/meta.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

export const CONTAINER: JsonObject = { name: 'app', image: 'app:v1' }

export const DEPLOYMENT: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [CONTAINER] } },
  },
}

export const REPLICA_SET: JsonObject = { ...DEPLOYMENT, kind: 'ReplicaSet' }

export const POD: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [CONTAINER] },
}

export const SERVICE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
}

export const CONFIG_MAP: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', namespace: 'default' },
  data: { key: 'value' },
}

export const NAMESPACE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'team' },
}

export const SECRET: JsonObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'web', namespace: 'default' },
  data: { key: 'dmFsdWU=' },
}

export const SERVICE_ACCOUNT: JsonObject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'robot', namespace: 'default' },
}

export const ENDPOINTS: JsonObject = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'web', namespace: 'default' },
  subsets: [{ addresses: [{ ip: '10.1.0.1' }], ports: [{ port: 80 }] }],
}

export const ENDPOINT_SLICE: JsonObject = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web', namespace: 'default' },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.1.0.1'] }],
  ports: [{ name: 'http', port: 80 }],
}

export const EVENT: JsonObject = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'web.1', namespace: 'default' },
  involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'default' },
  reason: 'Killing',
  message: 'Stopping container app',
  type: 'Normal',
}

export const NEW_EVENT: JsonObject = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: 'web.1', namespace: 'default' },
  eventTime: '2026-01-31T12:00:00.000000Z',
  regarding: { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'default' },
  reportingController: 'example.com/agent',
  reportingInstance: 'agent-1',
  action: 'Kill',
  reason: 'Killing',
  note: 'Stopping container app',
  type: 'Normal',
}

export const LEASE: JsonObject = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'leader', namespace: 'default' },
  spec: { holderIdentity: 'one', leaseDurationSeconds: 15 },
}

export const POD_DISRUPTION_BUDGET: JsonObject = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web', namespace: 'default' },
  spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
}

export const INGRESS: JsonObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    rules: [
      {
        host: 'example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'web', port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
}

export const INGRESS_CLASS: JsonObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'outside' },
  spec: { controller: 'example.com/ingress' },
}

export const NODE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'case-node' },
}

/** `object` with the value at `path` (`spec.ports.0.name`) set, or removed when it is undefined. */
export function change(object: JsonObject, path: string, value: unknown): JsonObject {
  const copy: unknown = structuredClone(object)
  setValue(copy, path.split('.'), value)
  if (!isJsonObject(copy)) throw new Error(`${path} leads nowhere`)
  return copy
}

function setValue(parent: unknown, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (!isMutable(parent)) throw new Error(`there is nothing to hold ${key}`)
  if (rest.length > 0) {
    parent[key] ??= {}
    setValue(parent[key], rest, value)
  } else if (value === undefined) delete parent[key]
  else parent[key] = value
}

/** The same for functions that take objects of the API; whether they are valid ones is their question. */
export function asApiObject(object: JsonObject): ApiObject {
  if (!isApiObject(object)) throw new Error('an object of the API has a kind')
  return object
}

function isApiObject(value: unknown): value is ApiObject {
  return isMutable(value) && typeof value['kind'] === 'string'
}

function isJsonObject(value: unknown): value is JsonObject {
  return isMutable(value)
}

function isMutable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

export function changeAll(
  object: JsonObject,
  changes: Readonly<Record<string, unknown>>,
): JsonObject {
  return Object.entries(changes).reduce((all, [path, value]) => change(all, path, value), object)
}

/** A table of what to change as cases: the name of each, and what becomes of `base`. */
export function variantsOf(
  base: JsonObject,
  table: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): readonly (readonly [name: string, object: JsonObject])[] {
  return Object.entries(table).map(([name, changes]) => [name, changeAll(base, changes)] as const)
}
