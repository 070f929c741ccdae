import type { Finding, Location } from '../base/finding.ts'
import type { ManifestFindingCode } from './finding-codes.ts'

/** A finding of this room. Absent parts may be given as undefined. */
export function finding(
  code: ManifestFindingCode,
  severity: Finding['severity'],
  message: string,
  place: { readonly location?: Location | undefined; readonly hint?: string | undefined } = {},
): Finding {
  return {
    code,
    severity,
    message,
    ...(place.location === undefined ? {} : { location: place.location }),
    ...(place.hint === undefined ? {} : { hint: place.hint }),
  }
}
