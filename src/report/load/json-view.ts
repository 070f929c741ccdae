import { summarizeLoad } from '../../timeline/load-summary.ts'
import type { LoadView } from '../load-view.ts'

/** One object at the end, nothing before. */
export const JSON_VIEW: LoadView = {
  summary: (result) => `${JSON.stringify(summarizeLoad(result), undefined, 2)}\n`,
}
