import type { ApiObject } from '../api/meta.ts'
import { applyPatch, refusedPatch, type PatchType } from '../api/patching.ts'
import { formatLabelSelector, type LabelSelector } from '../api/selector.ts'
import { fieldsOf, textOf } from '../base/fields.ts'
import type { ApplyOptions } from '../store/request.ts'
import type { Store } from '../store/store.ts'
import { bodyText, decodeBody } from './body-decoder.ts'
import { parsePatch, patchTypeOf } from './patching.ts'
import { objectName } from './reading.ts'
import type { WriteQuery } from './request-options.ts'
import type { ResourcePath } from './request-path.ts'
import { badRequest, invalidScale } from './status-answer.ts'
import { asObjectOf, writeOptions, type RequestBody } from './writing.ts'
import { parseYamlText } from './yaml-parser.ts'

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
  const options = { ...writeOptions(path, query), subresource: 'scale' as const }
  const type = method === 'PUT' ? undefined : patchTypeOf(body.contentType)
  if (type === 'apply') return applyScale(store, path, { ...options, force: query.force }, body)
  const written = store.modify(
    path.served.kind,
    objectName(path),
    (current: ApiObject) => {
      const scalable = asScalable(current)
      const next =
        type === undefined
          ? decodeBody(body.bytes, body.contentType, SCALE)
          : patchScale(scaleOf(scalable), body, type)
      const { replicas, resourceVersion, uid } = requireScale(next, path)
      const metadata = {
        ...scalable.metadata,
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        ...(uid === undefined ? {} : { uid }),
      }
      return asObjectOf({ ...scalable, metadata, spec: { ...scalable.spec, replicas } } as Scalable)
    },
    options,
  )
  return scaleOf(asScalable(written))
}

function patchScale(scale: Scale, { bytes }: RequestBody, type: PatchType): unknown {
  const patch = parsePatch(bodyText(bytes), type)
  const patched = applyPatch(scale, patch, type)
  const { spec } = fieldsOf(patched)
  const { replicas = 0 } = fieldsOf(spec)
  if (isReplicas(replicas)) return patched
  const why = type === 'strategic' ? 'unrecognized type: int32' : unfitReplicas(replicas)
  throw refusedPatch({ patch, patched }, type, why)
}

function applyScale(
  store: Store,
  path: ResourcePath,
  options: ApplyOptions,
  { bytes }: RequestBody,
): Scale {
  const value = parseYamlText(bodyText(bytes))
  const { apiVersion, kind, metadata, spec } = fieldsOf(value)
  const { name, namespace } = objectName(path)
  const { name: given = name } = fieldsOf(metadata)
  const { replicas = 0 } = fieldsOf(spec)
  requireName(given, path)
  if (isReplicas(replicas) && replicas < 0) throw invalidScale(name, replicas)
  const config = {
    ...fieldsOf(value),
    apiVersion: textOf(apiVersion),
    kind: textOf(kind),
    metadata: { ...fieldsOf(metadata), name, ...(namespace === undefined ? {} : { namespace }) },
  }
  const { object } = store.apply(path.served.kind, config, options)
  return scaleOf(asScalable(object))
}

function requireScale(value: unknown, path: ResourcePath) {
  const { name } = path
  const { metadata, spec } = fieldsOf(value)
  const { resourceVersion, uid, name: given } = fieldsOf(metadata)
  const { replicas = 0 } = fieldsOf(spec)
  requireName(given, path)
  if (!isReplicas(replicas)) {
    throw badRequest(
      `Scale in version "v1" cannot be handled as a Scale: ${unfitReplicas(replicas)}`,
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

function requireName(given: unknown, { name }: ResourcePath): void {
  if (given === undefined || given === '' || given === name) return
  throw badRequest(
    `the name of the object (${textOf(given)}) does not match the name on the URL (${name})`,
  )
}

function isReplicas(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value)
}

function unfitReplicas(value: unknown): string {
  return `json: cannot unmarshal ${typeof value} into Go struct field ScaleSpec.spec.replicas of type int32`
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
