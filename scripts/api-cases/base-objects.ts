/** Small valid objects, and a way to change one value in a copy. */

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
  const copy = structuredClone(object) as Record<string, unknown>
  const keys = path.split('.')
  let parent: Record<string, unknown> = copy
  for (const key of keys.slice(0, -1)) {
    parent[key] ??= {}
    parent = parent[key] as Record<string, unknown>
  }
  const last = keys.at(-1) ?? ''
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return copy as JsonObject
}

export function changeAll(
  object: JsonObject,
  changes: Readonly<Record<string, unknown>>,
): JsonObject {
  return Object.entries(changes).reduce((all, [path, value]) => change(all, path, value), object)
}
