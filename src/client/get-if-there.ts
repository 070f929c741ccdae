import { isApiError } from '../api/api-error.ts'
import type { Kind, ObjectOf } from '../api/kinds.ts'
import type { Client, ObjectName } from './client.ts'

/** The object, or undefined when there is none; any other refusal rejects. */
export async function getIfThere<K extends Kind>(
  client: Client,
  kind: K,
  name: ObjectName,
): Promise<ObjectOf<K> | undefined> {
  try {
    return await client.get(kind, name)
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
