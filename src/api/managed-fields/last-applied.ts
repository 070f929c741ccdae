/**
 * `kubectl apply` without `--server-side` keeps what it applied in an annotation. When kubectl goes
 * over to server-side apply, what the annotation says is taken for its own, and the annotation kept
 * up to date.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply
 */
import { compareTexts } from '../../base/compare-texts.ts'
import { isFields, textOf } from '../../base/fields.ts'
import { parseJson } from '../../base/parse-json.ts'
import type { ApiObject } from '../meta.ts'
import { ANNOTATION_BYTES_MAX } from '../validation/metadata.ts'
import { compareObjects } from './changes.ts'
import { difference, type FieldSet } from './field-set.ts'
import { fieldsOfValue } from './owned-fields.ts'
import { jsonAsGo } from './path-element.ts'
import { shapeOfKind } from './shape.ts'
import { typedFaults } from './typed-faults.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The manager that this is done for. */
export const KUBECTL = 'kubectl'

/** Fields that kubectl applied and that nobody changed since; undefined without an annotation. */
export function fieldsLastApplied(live: ApiObject): FieldSet | undefined {
  const applied = parseJson(lastAppliedOf(live) ?? '')
  if (!isFields(applied) || applied['apiVersion'] !== live.apiVersion) return undefined
  const kind = textOf(applied['kind'])
  const shape = shapeOfKind(live.apiVersion, kind)
  if (kind !== live.kind || typedFaults(shape, applied).length > 0) return undefined
  const { removed, modified, added } = compareObjects(shape, applied, live)
  return [modified, added, removed].reduce(difference, fieldsOfValue(shape, applied))
}

/** `object` with the annotation of what was applied, if it has one. */
export function withLastApplied(object: ApiObject, config: ApiObject): ApiObject {
  const { annotations } = object.metadata
  if (annotations === undefined || (lastAppliedOf(object) ?? '') === '') return object
  const text = `${sortedJson(withoutAnnotation(config))}\n`
  if (text === annotations[LAST_APPLIED]) return object
  const { [LAST_APPLIED]: _previous, ...others } = annotations
  const all = { ...others, [LAST_APPLIED]: text }
  const kept = bytesOf(all) <= ANNOTATION_BYTES_MAX ? all : others
  return { ...object, metadata: { ...object.metadata, annotations: kept } }
}

function lastAppliedOf({ metadata }: ApiObject): string | undefined {
  const annotations: unknown = metadata.annotations
  const text = isFields(annotations) ? annotations[LAST_APPLIED] : undefined
  return typeof text === 'string' ? text : undefined
}

function withoutAnnotation(config: ApiObject): ApiObject {
  if (lastAppliedOf(config) === undefined) return config
  const { [LAST_APPLIED]: _previous, ...annotations } = config.metadata.annotations ?? {}
  return { ...config, metadata: { ...config.metadata, annotations } }
}

function bytesOf(annotations: Readonly<Record<string, string>>): number {
  const encoder = new TextEncoder()
  return Object.entries(annotations)
    .flat()
    .reduce((bytes, text) => bytes + encoder.encode(text).length, 0)
}

/** As Go's encoder writes a map: sorted by name. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`
  if (!isFields(value)) return jsonAsGo(value)
  const names = Object.keys(value).toSorted(compareTexts)
  return `{${names.map((name) => `${jsonAsGo(name)}:${sortedJson(value[name])}`).join(',')}}`
}
