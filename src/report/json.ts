import type { RunDescription } from '../verdict/recording.ts'
import type { Verdict } from '../verdict/verdict.ts'

/** The public JSON form: the verdict, and what was run (docs/reference/report-json.md). */
interface JsonReport extends Verdict {
  readonly run: Omit<RunDescription, 'schemaVersion' | 'objects' | 'generator'>
}

/** Indented, with a line break at the end; the same verdict always gives the same bytes. */
export function formatJsonReport(verdict: Verdict, run: RunDescription): string {
  return `${JSON.stringify(jsonReportOf(verdict, run), undefined, 2)}\n`
}

function jsonReportOf(verdict: Verdict, run: RunDescription): JsonReport {
  const { schemaVersion: _version, objects: _objects, generator: _generator, ...told } = run
  return { ...verdict, run: told }
}
