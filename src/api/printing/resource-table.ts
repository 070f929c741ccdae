import type { ApiObject } from '../meta.ts'

/** A column of `kubectl get`, as the API server describes it in a Table. */
export interface TableColumn {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  readonly format?: 'name' | 'int32' | 'int64' | 'date-time'
  /** 0: always shown; 1: with `-o wide` only. */
  readonly priority: 0 | 1
}

export type TableCell = string | number | boolean | null

/** How objects of a kind are printed: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export interface ResourceTable {
  readonly columns: readonly TableColumn[]
  /** As many cells as there are columns. */
  row(object: ApiObject, nowMs: number): readonly TableCell[]
}
