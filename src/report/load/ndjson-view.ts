import { summarizeLoad } from '../../timeline/load-summary.ts'
import type { LoadView } from '../load-view.ts'

/** One object a line, each with its `kind`: the `plan`, each `second`, at the end the `summary` with the fields of the json view. */
export const NDJSON_VIEW: LoadView = {
  header: (description) => lineOf('plan', description),
  row({ row, tally, isLive = false }) {
    if (isLive) return ''
    const { latencyUs: _values, ...second } = row
    return lineOf('second', { ...second, droppedInAll: tally.dropped })
  },
  summary: (result) => lineOf('summary', summarizeLoad(result)),
}

function lineOf(kind: string, fields: object): string {
  return `${JSON.stringify({ kind, ...fields })}\n`
}
