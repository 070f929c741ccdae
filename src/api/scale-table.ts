import type { ApiObject } from './meta.ts'
import { ageOf } from './printing/age.ts'
import type { ResourceTable } from './printing/resource-table.ts'

interface Scale extends ApiObject {
  readonly spec?: { readonly replicas?: number }
  readonly status?: { readonly replicas?: number }
}

/** How the `scale` of anything is printed, for `kubectl get --subresource=scale`. */
export const SCALE_TABLE: ResourceTable = {
  columns: [
    { name: 'Name', type: 'string', priority: 0 },
    { name: 'Desired', type: 'integer', priority: 0 },
    { name: 'Available', type: 'integer', priority: 0 },
    { name: 'Age', type: 'string', priority: 0 },
  ],
  row(object, nowMs) {
    const { metadata, spec, status }: Scale = object
    const age = ageOf(metadata.creationTimestamp, nowMs)
    return [metadata.name, spec?.replicas ?? 0, status?.replicas ?? 0, age]
  },
}
