import { open } from 'node:fs/promises'
import { HitlessError } from '../../../base/error.ts'
import { PLAIN_PAGE } from '../../../report/load-view.ts'
import { LOAD_VIEWS } from '../../../report/load-views.ts'
import type { LoadResult } from '../../../timeline/load-summary.ts'

/** Writes the latencies of a run as HdrHistogram's text; rejects with `hdr-failed`. */
export type WriteHdr = (result: LoadResult) => Promise<void>

/** `--hdr FILE`: opened before the load, so that a place that cannot be written to is told at once. */
export async function openHdr(path: string | undefined): Promise<WriteHdr> {
  if (path === undefined) return () => Promise.resolve()
  const file = await open(path, 'w').catch((error: unknown) => {
    throw hdrFailed(path, error)
  })
  return async (result) => {
    try {
      await file.writeFile(LOAD_VIEWS['hdr']?.summary?.(result, PLAIN_PAGE) ?? '')
    } catch (error) {
      throw hdrFailed(path, error)
    } finally {
      await file.close()
    }
  }
}

function hdrFailed(path: string, error: unknown): HitlessError {
  const reason = error instanceof Error ? error.message : String(error)
  return new HitlessError('hdr-failed', `cannot write latencies to ${path}: ${reason}`, {
    exitCode: 3,
    hint: 'Name a file that can be written to, with enough room.',
    cause: error,
  })
}
