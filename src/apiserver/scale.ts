import type { ApiObject } from '../api/meta.ts'
import { applyPatch } from '../api/patching.ts'
import { formatLabelSelector, type LabelSelector } from '../api/selector.ts'
import type { Store } from '../store/store.ts'
import { decodeBody } from './body-decoder.ts'
import { patchTypeOf } from './patching.ts'
import { objectName } from './reading.ts'
import type { WriteQuery } from './request-options.ts'
import type { ResourcePath } from './request-path.ts'
import { badRequest, invalidScale } from './status-answer.ts'
import { asObjectOf, writeOptions, type RequestBody } from './writing.ts'

const SCALE = { apiVersion: 'autoscaling/v1', kind: 'Scale' }

/** Deployments and ReplicaSets, as far as scaling is concerned. */
interface Scalable extends ApiObject {
  readonly spec: { readonly replicas?: number; readonly selector?: LabelSelector }
  readonly status?: { readonly replicas?: number }
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/scale-v1/ */
interface Scale extends ApiObject {
  readonly spec: { readonly replicas?: number }
  readonly status: object
}

export function getScale(store: Store, path: ResourcePath): Scale {
  return scaleOf(asScalable(store.get(path.served.kind, objectName(path))))
}

/** PUT and PATCH of `scale` write one number, and look at no other than the Scale's own fields. */
export function writeScale(
  store: Store,
  path: ResourcePath,
  query: WriteQuery,
  { method, body }: { readonly method: 'PUT' | 'PATCH'; readonly body: RequestBody },
): Scale {
  const written = store.modify(
    path.served.kind,
    objectName(path),
    (current: ApiObject) => {
      const scalable = asScalable(current)
      const next = method === 'PUT' ? putScale(body) : patchScale(scaleOf(scalable), body)
      const { replicas, resourceVersion, uid } = requireScale(next, path)
      const metadata = {
        ...scalable.metadata,
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        ...(uid === undefined ? {} : { uid }),
      }
      return asObjectOf({ ...scalable, metadata, spec: { ...scalable.spec, replicas } } as Scalable)
    },
    writeOptions(path, query),
  )
  return scaleOf(asScalable(written))
}

function putScale({ bytes, contentType }: RequestBody): unknown {
  return decodeBody(bytes, contentType, SCALE)
}

function patchScale(scale: Scale, body: RequestBody): unknown {
  const type = patchTypeOf(body.contentType)
  const patch = decodeBody(body.bytes, 'application/yaml', SCALE)
  // A Scale has no lists: an apply is a merge.
  return applyPatch(scale, patch, type === 'apply' ? 'merge' : type)
}

function requireScale(value: unknown, { name }: ResourcePath) {
  const { metadata, spec } = fieldsOf(value)
  const { resourceVersion, uid, name: given } = fieldsOf(metadata)
  const { replicas = 0 } = fieldsOf(spec)
  if (given !== undefined && given !== '' && given !== name) {
    throw badRequest(
      `the name of the object (${textOf(given)}) does not match the name on the URL (${name})`,
    )
  }
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    throw badRequest(
      `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${typeof replicas} into Go struct field ScaleSpec.spec.replicas of type int32`,
    )
  }
  if (replicas < 0) throw invalidScale(name ?? '', replicas)
  return {
    replicas,
    resourceVersion:
      typeof resourceVersion === 'string' && resourceVersion !== '' ? resourceVersion : undefined,
    uid: typeof uid === 'string' && uid !== '' ? uid : undefined,
  }
}

function scaleOf({ metadata, spec, status }: Scalable): Scale {
  const { name, namespace = '', uid = '', resourceVersion = '', creationTimestamp = '' } = metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: spec.replicas === undefined || spec.replicas === 0 ? {} : { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, selector: formatLabelSelector(spec.selector ?? {}) },
  }
}

function asScalable(object: ApiObject): Scalable {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only kinds with a `scale` come here
  return object as Scalable
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
