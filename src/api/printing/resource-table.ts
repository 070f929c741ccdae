import { invariant } from '../../base/invariant.ts'
import recorded from '../generated/tables.json' with { type: 'json' }
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

/**
 * The table of a kind: its columns as a running API server tells them (`scripts/record-tables.ts`), its cells from
 * `row`, which is only ever asked about objects of that kind; that is what the cast says.
 */
export function tableOf<O extends ApiObject>(
  kind: O['kind'],
  row: (object: O, nowMs: number) => readonly TableCell[],
): ResourceTable {
  return {
    columns: recordedColumns(kind),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    row: (object, nowMs) => row(object as O, nowMs),
  }
}

function recordedColumns(kind: string): readonly TableColumn[] {
  const columns: Readonly<Record<string, readonly object[]>> = recorded.columns
  const own = columns[kind]
  invariant(own?.every(isColumn), `generated/tables.json has no columns of ${kind}`)
  return own
}

/** The recording script writes by these types; only that it wrote something is looked at. */
function isColumn(column: object): column is TableColumn {
  return ['name', 'type', 'priority'].every((part) => Object.hasOwn(column, part))
}
