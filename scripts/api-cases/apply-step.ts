import type { JsonObject } from './base-objects.ts'

/** One request about the object that the story's first step names. */
export interface ApplyStep {
  /** `put` and `merge` say what changes; `put` sends the whole object with it. */
  readonly how: 'create' | 'put' | 'merge' | 'apply'
  /** The field manager. */
  readonly as: string
  readonly body: JsonObject
  readonly on?: 'status' | 'scale'
  readonly force?: true
}

export interface ApplyStory {
  readonly name: string
  readonly steps: readonly ApplyStep[]
}

type Extra = Pick<ApplyStep, 'on' | 'force'>

export function create(as: string, body: JsonObject): ApplyStep {
  return { how: 'create', as, body }
}

export function put(as: string, body: JsonObject, extra: Extra = {}): ApplyStep {
  return { how: 'put', as, body, ...extra }
}

export function merge(as: string, body: JsonObject, extra: Extra = {}): ApplyStep {
  return { how: 'merge', as, body, ...extra }
}

export function apply(as: string, body: JsonObject, extra: Extra = {}): ApplyStep {
  return { how: 'apply', as, body, ...extra }
}

export function story(name: string, ...steps: readonly ApplyStep[]): ApplyStory {
  return { name, steps }
}

export function configMap(data: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', ...metadata }, data }
}

/** A Deployment of one container, with more of the spec and of the container. */
export function deployment(spec: JsonObject = {}, container: JsonObject = {}): JsonObject {
  const containers = [{ name: 'app', image: 'app:v1', ...container }]
  return deploymentOf(containers, spec)
}

export function deploymentOf(containers: readonly JsonObject[], spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
      ...spec,
    },
  }
}

/** Part of a Deployment: what somebody applies who does not care for the rest. */
export function part(spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', ...metadata },
    spec,
  }
}

export function service(ports: readonly JsonObject[], spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports, ...spec },
  }
}

/** No scheduler takes it up. */
export function pod(container: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: {
      schedulerName: 'nobody',
      containers: [{ name: 'app', image: 'app:v1', ...container }],
      ...spec,
    },
  }
}
