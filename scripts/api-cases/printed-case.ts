import type { JsonObject } from './base-objects.ts'

/** An object that the real server is to print. */
export interface PrintedCase {
  readonly title: string
  readonly object: JsonObject
  /** Printed with this status, which is not written. */
  readonly status?: JsonObject
  /** Deleted once it is there; a finalizer has to keep it. */
  readonly isDeleted?: true
  /** Printed from a dry run: nothing else in the cluster is to see it. */
  readonly isDryRun?: true
}

const START_MS = Date.now()

/** A time that lies this long before the recording. */
export function ago(seconds: number): string {
  return new Date(START_MS - seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** As `ago`, with the microseconds of a MicroTime. */
export function microAgo(seconds: number): string {
  return ago(seconds).replace('Z', '.000000Z')
}
