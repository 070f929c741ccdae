import type { KindDefinition } from '../api/kind-definition.ts'
import type { ApiObject } from '../api/meta.ts'
import type { AnswerForm } from './content-type.ts'
import { jsonOf, jsonOfItem } from './json-text.ts'
import type { ServedKind } from './request-path.ts'

/** Objects of one kind on their way out. */
export interface Outgoing {
  readonly served: ServedKind
  readonly form: AnswerForm
  /** What a row of a table carries. */
  readonly includeObject: 'None' | 'Metadata' | 'Object'
  readonly nowMs: number
}

export interface ListMetadata {
  readonly resourceVersion: string
  readonly continue?: string
  readonly remainingItemCount?: number
}

/** The object in the version of the URL. */
export function asServed(object: ApiObject, { other }: ServedKind): ApiObject {
  if (other === undefined) return object
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a conversion keeps the metadata and names its kind
  return other.fromStorage({ ...object }) as unknown as ApiObject
}

/** One object as JSON text. */
export function renderObject(object: ApiObject, outgoing: Outgoing): string {
  switch (outgoing.form.as) {
    case 'table':
      return renderTable([object], { resourceVersion: versionOf(object) }, outgoing)
    case 'metadata':
      return JSON.stringify(metadataOnly(object, outgoing.form.version))
    case 'object':
    case 'discovery':
      return jsonOf(asServed(object, outgoing.served))
  }
}

/** A list as JSON text. */
export function renderList(
  objects: readonly ApiObject[],
  metadata: ListMetadata,
  outgoing: Outgoing,
): string {
  const { served, form } = outgoing
  if (form.as === 'table') return renderTable(objects, metadata, outgoing)
  if (form.as === 'metadata') {
    const items = objects.map((object) => metadataOnly(object, form.version))
    const apiVersion = `meta.k8s.io/${form.version}`
    return JSON.stringify({ kind: 'PartialObjectMetadataList', apiVersion, metadata, items })
  }
  const items = objects.map((object) => jsonOfItem(asServed(object, served)))
  const head = { kind: `${served.definition.kind}List`, apiVersion: served.apiVersion, metadata }
  return `${JSON.stringify(head).slice(0, -1)},"items":[${items.join(',')}]}`
}

/** One object of a watch; the columns are told with the first only. */
export function renderWatched(
  object: ApiObject,
  outgoing: Outgoing,
  { isFirst }: { readonly isFirst: boolean },
): string {
  if (outgoing.form.as !== 'table') return renderObject(object, outgoing)
  return renderTable([object], { resourceVersion: versionOf(object) }, outgoing, isFirst)
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
function renderTable(
  objects: readonly ApiObject[],
  metadata: ListMetadata,
  outgoing: Outgoing,
  withColumns = true,
): string {
  const { served, form, includeObject, nowMs } = outgoing
  const table = served.definition.table
  const columns = table?.columns ?? DEFAULT_COLUMNS
  const rows = objects.map((object) => {
    const cells = table?.row(object, nowMs) ?? [
      object.metadata.name,
      object.metadata.creationTimestamp ?? null,
    ]
    const shown =
      includeObject === 'Object'
        ? jsonOf(asServed(object, served))
        : JSON.stringify(includeObject === 'None' ? null : metadataOnly(object, form.version))
    return `{"cells":${JSON.stringify(cells)},"object":${shown}}`
  })
  const head = {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${form.version}`,
    metadata,
    columnDefinitions: withColumns ? columns.map(columnDefinition) : [],
  }
  return `${JSON.stringify(head).slice(0, -1)},"rows":[${rows.join(',')}]}`
}

type TableColumn = NonNullable<KindDefinition['table']>['columns'][number]

const DEFAULT_COLUMNS: readonly TableColumn[] = [
  { name: 'Name', type: 'string', format: 'name', priority: 0 },
  { name: 'Age', type: 'date', priority: 0 },
]

/** Descriptions are Kubernetes' own prose: no client shows them. */
function columnDefinition({ name, type, format, priority }: TableColumn): object {
  return { name, type, format: format ?? '', description: '', priority }
}

function metadataOnly({ metadata }: ApiObject, version: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata }
}

function versionOf({ metadata }: ApiObject): string {
  return metadata.resourceVersion ?? ''
}
