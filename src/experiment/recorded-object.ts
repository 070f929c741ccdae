import type { Secret } from '../api/access.ts'
import { isKind } from '../api/kinds.ts'
import type { SourcedObject } from '../api/sourced-object.ts'

/**
 * An object as the recording has it. Pipelines keep recordings for everybody to read, and no verdict needs what is in a
 * Secret: its keys stay, its values and its annotations (kubectl's have the values, too) do not.
 */
export function recordedObject(sourced: SourcedObject): SourcedObject {
  const { object } = sourced
  if (!isKind(object, 'Secret')) return sourced
  const { stringData: _texts, data = {}, ...secret } = object
  const { annotations: _annotations, ...metadata } = object.metadata
  const keys = Object.fromEntries(Object.keys(data).map((key) => [key, '']))
  const recorded: Secret = { ...secret, metadata, data: keys }
  return { ...sourced, object: recorded }
}
