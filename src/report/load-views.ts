import type { LoadView } from './load-view.ts'
import { AB_VIEW } from './load/ab-view.ts'
import { FORTIO_VIEW } from './load/fortio-view.ts'
import { HDR_VIEW } from './load/hdr-view.ts'
import { HEY_VIEW } from './load/hey-view.ts'
import { JSON_VIEW } from './load/json-view.ts'
import { NDJSON_VIEW } from './load/ndjson-view.ts'
import { ROWS_VIEW } from './load/rows-view.ts'
import { STRESS_VIEW } from './load/stress-view.ts'
import { TUI_VIEW } from './load/tui-view.ts'
import { VEGETA_VIEW } from './load/vegeta-view.ts'

/** `--view NAME` of `hitless load`. */
export const LOAD_VIEWS: Readonly<Record<string, LoadView>> = {
  rows: ROWS_VIEW,
  tui: TUI_VIEW,
  json: JSON_VIEW,
  ndjson: NDJSON_VIEW,
  stress: STRESS_VIEW,
  vegeta: VEGETA_VIEW,
  fortio: FORTIO_VIEW,
  ab: AB_VIEW,
  hey: HEY_VIEW,
  hdr: HDR_VIEW,
}
