import { formatLocation } from '../base/finding.ts'
import { HitlessError } from '../base/error.ts'
import { ApiError } from '../api/api-error.ts'
import type { ApiObject } from '../api/meta.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import type { Client } from '../client/client.ts'

/** Server-side apply, as `kubectl apply --server-side --force-conflicts` does it; Namespaces first. */
export async function applyObjects(
  client: Client,
  objects: readonly SourcedObject[],
): Promise<void> {
  const namespacesFirst = [...objects].sort(
    (a, b) => Number(b.object.kind === 'Namespace') - Number(a.object.kind === 'Namespace'),
  )
  for (const sourced of namespacesFirst) {
    try {
      await applyObject(client, sourced.object)
    } catch (error) {
      throw rejected(sourced, error)
    }
  }
}

/** The client as it is for an object whose kind only its own `kind` tells. */
interface UntypedClient {
  apply(kind: string, object: ApiObject, manager: string): Promise<ApiObject>
}

/** Under which name the fields of manifests stand in metadata.managedFields. */
const MANAGER = 'hitless'

async function applyObject(client: UntypedClient, object: ApiObject): Promise<void> {
  await client.apply(object.kind, object, MANAGER)
}

function rejected(sourced: SourcedObject, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error
  const location = locate(sourced, '')
  const { kind, metadata } = sourced.object
  return new HitlessError('api-rejected', error.message, {
    exitCode: 2,
    hint:
      location === undefined
        ? `Kubernetes would refuse this ${kind} too.`
        : `Kubernetes would refuse it too: ${kind} ${metadata.name} at ${formatLocation(location)}.`,
    cause: error,
  })
}
