import type { LoadView } from './load-view.ts'
import { JSON_VIEW } from './load/json-view.ts'
import { ROWS_VIEW } from './load/rows-view.ts'

/** `--view NAME` of `hitless load`. */
export const LOAD_VIEWS: Readonly<Record<string, LoadView>> = {
  rows: ROWS_VIEW,
  json: JSON_VIEW,
}
