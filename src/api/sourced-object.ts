import type { Location } from '../base/finding.ts'
import type { ApiObject } from './meta.ts'

/** An object with the places of its fields in the files it came from. */
export interface SourcedObject {
  readonly object: ApiObject
  /** By JSON pointer (RFC 6901) into the object; the object itself is at the empty pointer. */
  readonly locations: Readonly<Record<string, Location>>
}

/** The place of a field, or of the nearest thing around it that is in a file. */
export function locate(sourced: SourcedObject, pointer: string): Location | undefined {
  for (let path = pointer; ; path = path.slice(0, path.lastIndexOf('/'))) {
    const location = sourced.locations[path]
    if (location !== undefined || path === '') return location
  }
}
