/** Small valid objects, and a way to change one value in a copy. */
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
