import { describe, expect, test } from 'vitest'
import { KINDS, isKindName, type Kind } from '../kinds.ts'
import recordedColumns from '../generated/tables.json' with { type: 'json' }
import recordedRows from '../generated/printed-rows.json' with { type: 'json' }
import type { ApiObject } from '../meta.ts'

interface RecordedRow {
  readonly title: string
  readonly nowMs: number
  readonly cells: readonly unknown[]
  readonly object: ApiObject
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by scripts/record-tables.ts
const ROWS = recordedRows.cases as unknown as readonly RecordedRow[]
const NAMES: readonly Kind[] = Object.keys(KINDS).filter(isKindName)

describe('tables', () => {
  test.each(ROWS.map((row): [string, string, RecordedRow] => [row.object.kind, row.title, row]))(
    'a recorded %s is printed as Kubernetes prints it: %s',
    (kind, _title, { object, nowMs, cells }) => {
      const table = isKindName(kind) ? KINDS[kind].table : undefined
      expect(table?.row(object, nowMs)).toEqual(cells)
    },
  )

  test.each(NAMES)('%s has the columns of Kubernetes, and a cell for each', (kind) => {
    const { table } = KINDS[kind]
    const row = ROWS.find(({ object }) => object.kind === kind)
    expect(table?.columns).toEqual(recordedColumns.columns[kind])
    expect(row?.cells).toHaveLength(table?.columns.length ?? 0)
  })
})
