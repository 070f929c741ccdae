import { statSync } from 'node:fs'
import { HitlessError } from '../../base/error.ts'

/**
 * `place` is another run's. `processId`: as people see it, where it is known; `since`: a file that it wrote when it took
 * the place.
 */
export function dataInUse(
  place: string,
  { processId, since, cause }: { processId?: number; since: string; cause?: unknown },
): HitlessError {
  const who = processId === undefined ? 'another process' : `process ${processId}`
  const interrupt = processId === undefined ? '' : ` (kill -INT ${processId})`
  return new HitlessError('data-in-use', `${place} is in use by ${who}${timeOf(since)}`, {
    exitCode: 2,
    hint: `End that one first with Ctrl-C${interrupt}, or name another directory with --data.`,
    cause,
  })
}

function timeOf(path: string): string {
  try {
    return ` since ${statSync(path).mtime.toISOString().replace(/\.\d+/, '')}`
  } catch {
    // It has ended just now.
    return ''
  }
}
